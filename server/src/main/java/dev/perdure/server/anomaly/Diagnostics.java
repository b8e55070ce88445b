package dev.perdure.server.anomaly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what every thread of the platform does to a file beside the evidence; the newest few are
 * kept. One thread.
 */
public final class Diagnostics implements Consumer<String> {

  private static final Logger LOG = LoggerFactory.getLogger(Diagnostics.class);
  private static final int KEPT = 5;
  private static final int FRAMES_MAX = 64;

  private final Path folder;
  private final LongSupplier wallMicros;

  public Diagnostics(Path folder, LongSupplier wallMicros) {
    this.folder = folder;
    this.wallMicros = wallMicros;
  }

  @Override
  public void accept(String evidence) {
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve("anomaly-%019d.txt".formatted(wallMicros.getAsLong()));
      Files.writeString(file, evidence + "\n\n" + threads());
      LOG.warn("what every thread does is in {}", file);
      forget();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("diagnostics could not be written to {}: {}", folder, e.getMessage());
    }
  }

  private void forget() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all =
          files
              .filter(one -> String.valueOf(one.getFileName()).matches("anomaly-\\d+\\.txt"))
              .sorted()
              .toList();
    }
    for (int i = 0; i < all.size() - KEPT; i++) {
      Files.deleteIfExists(all.get(i));
    }
  }

  private static String threads() {
    StringBuilder out = new StringBuilder(16_384);
    Map<String, StackTraceElement[]> sorted = new TreeMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) ->
                sorted.put(
                    thread.getName() + " #" + thread.threadId() + " " + thread.getState(), frames));
    sorted.forEach(
        (name, frames) -> {
          out.append(name).append('\n');
          for (int i = 0; i < Math.min(FRAMES_MAX, frames.length); i++) {
            out.append("    at ").append(frames[i]).append('\n');
          }
        });
    return out.toString();
  }
}
