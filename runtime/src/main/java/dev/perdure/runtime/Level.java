package dev.perdure.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The level that is in force on this node. It never falls. Invariant: the data directory says it
 * before anything of that level is written there. Thread-safe.
 */
public final class Level {

  private final Build build;
  private final DataDirectory data;
  private volatile int now;

  /** The level of a directory that this node has opened. */
  public Level(Build build, DataDirectory data) {
    this.build = build;
    this.data = data;
    this.now = data.level();
  }

  /** What may be written; see {@link Build}. */
  public int now() {
    return now;
  }

  public Build build() {
    return build;
  }

  /** Puts a level in force here; nothing happens if it is not higher. */
  public synchronized void raise(int level) {
    if (level <= now) {
      return;
    }
    try {
      data.raise(level);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "level " + level + " could not be written to " + data.path(), e);
    }
    now = level;
  }
}
