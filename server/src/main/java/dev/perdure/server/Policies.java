package dev.perdure.server;

import dev.perdure.guard.config.PolicyFile;
import dev.perdure.guard.config.PolicyFileException;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.mode.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with the policies of dependencies: read at the start, and again whenever it has changed.
 * A file with a mistake changes nothing, and the log says why. One thread.
 */
final class Policies implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Policies.class);
  private static final long LOOK_NS = 2_000_000_000L;
  private static final long BYTES_MAX = 1 << 20;

  private final List<Path> files;
  private final Thread watch;
  private volatile boolean closed;
  private String text;

  /** What is configured now; throws if it cannot be used. */
  static Map<String, Policy> read(List<Path> files) {
    try {
      return parse(text(files));
    } catch (IOException e) {
      throw new StartException("dependencies.file " + files + " cannot be read: " + e.getMessage());
    } catch (PolicyFileException e) {
      throw new StartException("dependencies.file " + files + ": " + e.getMessage());
    }
  }

  /** Watches the files, if there are any. */
  Policies(List<Path> files, Outside outside) {
    this.files = files;
    this.text = quietly();
    this.watch = new Thread(() -> watch(outside), "policies");
    watch.setDaemon(true);
    if (!files.isEmpty()) {
      watch.start();
    }
  }

  private static Map<String, Policy> parse(String text) {
    Map<String, Policy> read = text.isBlank() ? Map.of() : PolicyFile.read(text);
    read.forEach(Policies::check);
    return read;
  }

  /** What would have no effect is a mistake: somebody relies on it. */
  private static void check(String dependency, Policy policy) {
    Retry retry = policy.retry();
    if (!retry.equals(Retry.defaults()) && !retry.equals(Retry.none())) {
      throw new PolicyFileException(
          List.of(
              dependency
                  + ": 'retry' has no effect in a node: steps and handlers repeat by themselves, as"
                  + " their Retry in the code says; take it out"));
    }
    if (policy.stale() != null) {
      throw new PolicyFileException(
          List.of(
              dependency
                  + ": 'fallback' has no effect in a node: declare a capability that needs "
                  + dependency
                  + ", with Degraded.stale; take it out"));
    }
  }

  private static String text(List<Path> files) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      if (Files.size(file) > BYTES_MAX) {
        throw new IOException("it is larger than " + BYTES_MAX + " bytes");
      }
      all.append(Files.readString(file)).append('\n');
    }
    return all.toString();
  }

  private String quietly() {
    try {
      return text(files);
    } catch (IOException e) {
      return "";
    }
  }

  private void watch(Outside outside) {
    while (!closed) {
      LockSupport.parkNanos(LOOK_NS);
      try {
        String now = text(files);
        if (!now.equals(text)) {
          text = now; // said once, whatever is wrong with it
          outside.reload(parse(now));
          LOG.info("the policies of dependencies were read again from {}", files);
        }
      } catch (IOException | PolicyFileException e) {
        LOG.error("{} is not used, the policies stay as they are: {}", files, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watch);
  }
}
