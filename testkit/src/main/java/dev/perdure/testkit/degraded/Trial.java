package dev.perdure.testkit.degraded;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What all trials of a form need: folders, patience, and words for what is wrong. */
final class Trial {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Who forces, and why. */
  static final String TEST = "a test";

  private static final long POLL_NS = 5_000_000;

  private Trial() {}

  static Path folder(Path parent, String name) {
    try {
      return Files.createDirectories(parent.resolve(name.replaceAll("[^a-z0-9._-]", "-")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void require(String what, Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new AssertionError(what + ": " + found + ", not " + expected);
    }
  }

  static void until(String what, BooleanSupplier condition) {
    Clock clock = Clock.system();
    long deadline = clock.monotonicNs() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.monotonicNs() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }
}
