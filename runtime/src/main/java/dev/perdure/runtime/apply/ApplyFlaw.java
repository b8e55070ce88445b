package dev.perdure.runtime.apply;

/** Ways in which apply can be made wrong on purpose. Never set outside the simulator's tests. */
public enum ApplyFlaw {
  /** Every entry is accepted. */
  NO_FENCE,
  /** A later sequence of the same epoch is accepted. */
  SEQUENCE_HOLE,
  /** Entries replayed over a store that is ahead do not change the totals. */
  TOTALS_NOT_REPLAYED,
  /** The totals of a snapshot are stored while records before it still wait in memory. */
  TOTALS_BEFORE_RECORDS,
  /** A wake that was replaced stays in the index. */
  WAKE_LEFT_IN_INDEX,
  /** Of an entry with several records with events the last one is missing in the stream. */
  STREAM_GAP
}
