package dev.perdure.lab.cluster.load;

import java.util.List;

/** Times without an acknowledged change. */
public final class Gaps {

  private Gaps() {}

  /**
   * The longest time without an acknowledged change that touches an interval, all of it counted.
   *
   * @param fromNs begin of the interval
   * @param toNs its end; no gap goes beyond it
   */
  public static long longestNs(List<Recorded> history, long fromNs, long toNs) {
    long[] acknowledged =
        history.stream()
            .filter(Recorded::acknowledged)
            .mapToLong(Recorded::returnedNs)
            .filter(at -> at <= toNs)
            .sorted()
            .toArray();
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
}
