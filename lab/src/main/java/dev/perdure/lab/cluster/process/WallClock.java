package dev.perdure.lab.cluster.process;

import dev.perdure.lab.cluster.host.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The wall clock of one process, which can be moved while it runs: libfaketime, preloaded. The
 * monotonic clock stays what it is.
 */
public final class WallClock {

  /** A change is seen after this time at the latest. */
  public static final Duration DELAY = Duration.ofSeconds(1);

  private final Path library;
  private final Path file;

  /**
   * A clock that is right.
   *
   * @param folder where its file goes
   */
  public WallClock(FakeTimeLibrary library, Path folder) {
    this.library = library.path();
    this.file = folder.resolve("clock");
    shift(Duration.ZERO);
  }

  /** What to put before a command line, so that it has this clock. */
  public List<String> enter() {
    return List.of(
        "env",
        "LD_PRELOAD=" + library,
        "FAKETIME_TIMESTAMP_FILE=" + file,
        "FAKETIME_CACHE_DURATION=" + DELAY.toSeconds(),
        "DONT_FAKE_MONOTONIC=1",
        // Waits on the monotonic clock would else be taken for waits on the moved one and end at
        // once: a JVM then spins in every timed wait.
        "FAKETIME_FORCE_MONOTONIC_FIX=0",
        "NO_FAKE_STAT=1");
  }

  /** Moves it away from the machine's, forward or back. */
  public void shift(Duration by) {
    try {
      // In one step: a reader must never find half a number.
      Path next = file.resolveSibling("clock.next");
      Files.writeString(next, String.format(Locale.ROOT, "%+d\n", by.toSeconds()));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LabException("the clock's file cannot be written: " + e.getMessage(), e);
    }
  }
}
