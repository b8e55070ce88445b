package dev.perdure.journal;

/**
 * What it took within the last seconds to force a log to disk.
 *
 * @param medianNs 0 if there were too few to tell; one that does not end counts while it lasts
 * @param p99Ns what one in a hundred took or more; of fewer than 200 the second longest, so that
 *     one alone tells nothing
 * @param count how many there were
 */
public record ForceFigures(long medianNs, long p99Ns, int count) {

  /** A hundredth of the forces may take so many times as long as half of them. */
  public static final int OUTLIERS = 4;

  /** Too few to tell. */
  public static final ForceFigures NONE = new ForceFigures(0, 0, 0);

  /** In one figure: what half of them took, or a quarter of what a hundredth took. */
  public long slownessNs() {
    return Math.max(medianNs, p99Ns / OUTLIERS);
  }
}
