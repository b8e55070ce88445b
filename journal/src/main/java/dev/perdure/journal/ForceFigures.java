package dev.perdure.journal;

/**
 * What it took within the last seconds to force a log to disk.
 *
 * @param medianNs 0 if there were too few to tell; one that does not end counts while it lasts
 * @param p99Ns what one in a hundred took or more
 * @param count how many there were
 */
public record ForceFigures(long medianNs, long p99Ns, int count) {

  /** Too few to tell. */
  public static final ForceFigures NONE = new ForceFigures(0, 0, 0);
}
