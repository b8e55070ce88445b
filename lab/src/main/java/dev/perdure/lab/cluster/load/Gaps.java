package dev.perdure.lab.cluster.load;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Times without an acknowledged change. */
public final class Gaps {

  private Gaps() {}

  /** An answer that a node gave before it was killed may reach its client so much later. */
  private static final long ON_THE_WAY_NS = 100_000_000;

  /**
   * The time without an acknowledged change in which something happened, all of it counted.
   *
   * @param atNs when it began to happen
   * @param thereNs when it had happened
   * @param toNs no gap goes beyond it
   */
  public static long aroundNs(List<Recorded> history, long atNs, long thereNs, long toNs) {
    long untilNs = thereNs + ON_THE_WAY_NS;
    long longest = 0;
    long last = atNs;
    for (long at : acknowledged(history, toNs)) {
      if (at >= atNs && last < untilNs) {
        longest = Math.max(longest, at - last);
      }
      last = at;
    }
    return last < untilNs ? Math.max(longest, toNs - last) : longest;
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

  /**
   * The longest time in which an account had no acknowledged change, of all accounts that had some
   * before and after it.
   *
   * @param fromNs begin of the interval that it touches
   * @param toNs end of it
   */
  public static long longestOfAnAccountNs(List<Recorded> history, long fromNs, long toNs) {
    Map<String, List<Recorded>> byAccount =
        history.stream()
            .filter(Recorded::acknowledged)
            .collect(Collectors.groupingBy(one -> one.operation().account()));
    return byAccount.values().stream()
        .mapToLong(account -> longestBetweenNs(acknowledged(account, Long.MAX_VALUE), fromNs, toNs))
        .max()
        .orElse(0);
  }

  private static long longestBetweenNs(long[] times, long fromNs, long toNs) {
    long longest = 0;
    for (int i = 1; i < times.length; i++) {
      if (times[i] >= fromNs && times[i - 1] < toNs) {
        longest = Math.max(longest, times[i] - times[i - 1]);
      }
    }
    return longest;
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
