package dev.perdure.journal.ratis;

/**
 * The first place in a log file where a record should stand and does not.
 *
 * @param offset where the record should begin
 * @param index the index that it should have
 * @param what the finding in words
 * @param wholeRecordsAfter how many intact records of later indexes follow
 */
record Damage(long offset, long index, Cause cause, String what, int wholeRecordsAfter) {

  enum Cause {
    /** The file ends inside the record. */
    CUT_SHORT,
    /** Part of the record, or all of it, is zeros: as if it had not been written there. */
    ZEROED,
    /** The bytes are others than were written. */
    CHANGED
  }

  /** True if a write that was never finished would look like this. */
  boolean looksUnfinished() {
    return cause != Cause.CHANGED && wholeRecordsAfter == 0;
  }
}
