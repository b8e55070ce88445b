package dev.perdure.journal;

/**
 * A place in a shard's log.
 *
 * @param term the leadership number under which the entry was appended
 * @param index counts from 0; -1 before the first entry
 */
public record LogPosition(long term, long index) {

  /** Before the first entry. */
  public static final LogPosition NONE = new LogPosition(0, -1);
}
