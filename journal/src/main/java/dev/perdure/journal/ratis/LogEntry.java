package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import java.nio.file.Path;

/**
 * One record of the log as it stands on disk.
 *
 * @param kind whose it is
 * @param bytes what was appended; for the engine's own entries their encoding
 * @param file the file that holds it
 * @param offset the byte of the file at which its record begins
 */
public record LogEntry(LogPosition position, Kind kind, byte[] bytes, Path file, long offset) {

  /** Whose entry it is. */
  public enum Kind {
    /** Appended by the shard. */
    APPENDED,
    /** The engine's: who the members are; also the first entry of each leader. */
    CONFIGURATION,
    /** The engine's: how far the log was committed. */
    METADATA
  }
}
