package dev.perdure.runtime.record;

/**
 * Where a shard's accepted entries stand: entries that do not continue it are ignored by every
 * replica alike, so that a deposed or confused leader cannot slip in stale decisions.
 *
 * @param term Raft term of the last accepted entry
 * @param epoch rises with every new start of proposing
 * @param sequence number of the last accepted entry in the epoch
 */
public record Fence(long term, long epoch, long sequence) {

  /** Before the first entry. */
  public static final Fence NONE = new Fence(0, 0, -1);

  /**
   * True if an entry with {@code next} may follow: the next sequence of this epoch, or the first of
   * a higher one, appended in the very term that it claims.
   *
   * @param logTerm the term under which the log holds it
   */
  public boolean accepts(Fence next, long logTerm) {
    boolean continues = next.epoch == epoch && next.sequence == sequence + 1 && next.term == term;
    boolean begins = next.epoch > epoch && next.sequence == 0;
    return next.term == logTerm && (continues || begins);
  }
}
