package dev.perdure.runtime.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A real file system in memory that can be filled, in a mount namespace of its own; it ends with
 * the process that holds that. Needs root: a test without it is skipped.
 */
final class SmallDisk implements AutoCloseable {

  private static final String MOUNT =
      "mount -t tmpfs -o \"size=$1,mode=0700\" small \"$2\" && echo mounted && exec cat >/dev/null";
  private static final String FILLER = "filler";

  private final Process holder;
  private final Path inside;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.inside =
        Path.of("/proc", String.valueOf(holder.pid()), "root")
            .resolve(Path.of("/").relativize(folder));
  }

  static SmallDisk mount(Path folder, long bytes) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/unshare")), "needs unshare");
    Path absolute = folder.toAbsolutePath();
    Process holder =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "--",
                "sh",
                "-c",
                MOUNT,
                "sh",
                String.valueOf(bytes),
                absolute.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = holder.inputReader();
    String line = said.readLine();
    if (!"mounted".equals(line)) {
      holder.destroyForcibly();
    }
    assumeTrue("mounted".equals(line), "no small disk can be mounted: " + line);
    return new SmallDisk(holder, absolute);
  }

  Path inside() {
    return inside;
  }

  /** Writes to it until not a byte more goes. */
  void fill() throws IOException {
    try (OutputStream filler = Files.newOutputStream(inside.resolve(FILLER))) {
      for (int chunk : new int[] {1 << 20, 4096, 1}) {
        writeUntilFull(filler, new byte[chunk]);
      }
    }
  }

  private static void writeUntilFull(OutputStream filler, byte[] chunk) {
    try {
      while (true) {
        filler.write(chunk);
      }
    } catch (IOException e) {
      // Full: that is what was wanted.
    }
  }

  void empty() throws IOException {
    Files.deleteIfExists(inside.resolve(FILLER));
  }

  @Override
  public void close() {
    holder.destroyForcibly();
    holder.onExit().join();
  }
}
