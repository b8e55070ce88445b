package dev.perdure.journal.ratis;

import java.nio.file.Path;

/**
 * Something about a journal's files that is not as it was written.
 *
 * @param file where
 * @param offset the byte at which it begins
 * @param index the log index that is concerned; -1 if it is none
 * @param what one sentence without a full stop
 */
public record LogFinding(Kind kind, Path file, long offset, long index, String what) {

  /** What kind of finding, and whether a start may go on. */
  public enum Kind {
    /** A write that was never finished and never acknowledged; the next start cuts it off. */
    TORN_TAIL(false),
    /**
     * A file that was full and not renamed yet when the process ended; the next start renames it.
     */
    UNFINISHED_ROLL(false),
    /**
     * The configuration beside the log was written in part, on a full disk; the log holds it whole,
     * and the next start writes it anew.
     */
    UNFINISHED_CONFIGURATION(false),
    /** The mark of what was forced is damaged; the log itself is checked without it. */
    DAMAGED_MARK(false),
    /** The log ends before entries that were acknowledged. */
    TRUNCATED_TAIL(true),
    /** Zeros stand where acknowledged entries were. */
    ZEROED_TAIL(true),
    /** The last entries are not what was written, and may have been acknowledged. */
    DAMAGED_TAIL(true),
    /** An entry before intact ones is not what was written. */
    DAMAGED_MIDDLE(true),
    /** Entries are missing between files, or between the snapshot and the first file. */
    MISSING_ENTRIES(true),
    /** The engine's own small files (term, vote, configuration) are not readable or contradict. */
    DAMAGED_METADATA(true);

    private final boolean refuses;

    Kind(boolean refuses) {
      this.refuses = refuses;
    }

    /** True if a journal with such a finding does not start. */
    public boolean refuses() {
      return refuses;
    }
  }

  /** File, place and finding in one line. */
  public String message() {
    String entry = index < 0 ? "" : ", entry " + index;
    return file + " at byte " + offset + entry + ": " + what;
  }
}
