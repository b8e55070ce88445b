package dev.perdure.server.admission;

/**
 * Whether far more ask than can be served. Then many are refused whatever the limit is, and those
 * who are let in need not wait as well.
 *
 * <p>A crowd begins when more than one of twenty are refused, those whom the node's limit has
 * refused and who are held back are more than half of what could be under way, and the limit is
 * what the target allows, or one of four is refused; a tenant's own quota or share alone makes
 * none. It could keep itself alive: a limit that is short because many are refused, and refuses
 * because it is short. So every ten seconds it is looked whether the whole target would do: the
 * limit grows, step by step, and if still many are refused when it has doubled, the crowd is still
 * there. For one thread.
 */
final class Crowd {

  private static final long LOOK_NS = 10_000_000_000L;
  private static final long LOOK_NS_MAX = 2_000_000_000L;

  /** One of so many refused is many. */
  private static final int MANY = 20;

  /** One of so many refused is more than a limit would let in that had only not grown yet. */
  private static final int FAR = 4;

  /** More than these are a crowd wherever they are: no more can be held back than four times. */
  private static final double SERVED_MAX = 2_000;

  private boolean here;
  private boolean looking;
  private long lookAtNs;
  private double before;

  /**
   * What happened in a moment.
   *
   * @param answered how many were
   * @param refused how many the node's limit or a tenant's share of it did not let in
   * @param held whom the node's limit refused and who have not been told yet
   * @param served how many could be under way within the target
   * @param limit how many may be now
   * @param full whether that is all that the target lets in
   */
  record Moment(
      long nowNs, int answered, int refused, int held, double served, double limit, boolean full) {}

  /** True if what is let in is to be served at once. */
  boolean presses(Moment now) {
    double most = Math.min(now.served, SERVED_MAX) / 2;
    if (!here) {
      here = now.held > most && many(now) && (now.full || now.refused * FAR > now.answered);
      rest(now.nowNs);
    } else if (now.held <= most / 2) {
      here = false;
    } else if (looking) {
      boolean tried = now.limit >= 2 * before || now.nowNs - lookAtNs > LOOK_NS_MAX;
      if (tried && many(now)) {
        rest(now.nowNs);
      }
    } else if (now.nowNs - lookAtNs >= 0) {
      looking = true;
      before = now.limit;
    }
    return here && !looking;
  }

  private static boolean many(Moment now) {
    return now.refused * MANY > now.answered;
  }

  private void rest(long nowNs) {
    looking = false;
    lookAtNs = nowNs + LOOK_NS;
  }
}
