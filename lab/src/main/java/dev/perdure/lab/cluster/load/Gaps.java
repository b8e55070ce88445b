package dev.perdure.lab.cluster.load;

import java.util.List;

/** Times without an acknowledged change. */
public final class Gaps {

  private Gaps() {}

  /** An answer that a node gave before it was killed may reach its client so much later. */
  private static final long ON_THE_WAY_NS = 100_000_000;

  /**
   * The time without an acknowledged change in which something happened, all of it counted.
   *
   * @param atNs when it had happened
   * @param toNs no gap goes beyond it
   */
  public static long aroundNs(List<Recorded> history, long atNs, long toNs) {
    long[] acknowledged = acknowledged(history, toNs);
    long longest = 0;
    long last = atNs;
    for (long at : acknowledged) {
      if (at >= atNs && (last < atNs + ON_THE_WAY_NS)) {
        longest = Math.max(longest, at - last);
      }
      last = at;
    }
    return last < atNs + ON_THE_WAY_NS ? Math.max(longest, toNs - last) : longest;
  }

  /**
   * The longest time without an acknowledged change that touches an interval, all of it counted.
   *
   * @param fromNs begin of the interval
   * @param toNs its end; no gap goes beyond it
   */
  public static long longestNs(List<Recorded> history, long fromNs, long toNs) {
    long[] acknowledged = acknowledged(history, toNs);
    long longest = 0;
    long last = acknowledged.length == 0 ? fromNs : Math.min(fromNs, acknowledged[0]);
    for (long at : acknowledged) {
      if (at >= fromNs) {
        longest = Math.max(longest, at - last);
      }
      last = at;
    }
    return Math.max(longest, toNs - last);
  }

  private static long[] acknowledged(List<Recorded> history, long toNs) {
    return history.stream()
        .filter(Recorded::acknowledged)
        .mapToLong(Recorded::returnedNs)
        .filter(at -> at <= toNs)
        .sorted()
        .toArray();
  }
}
