package dev.perdure.bench.start;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * One start.
 *
 * @param launcherNs from the launcher's start to the first acknowledged write
 * @param javaNs the same from the JVM's start
 */
record StartTimes(long launcherNs, long javaNs) {

  /** Median, fastest and slowest in one line. */
  static String line(String what, List<StartTimes> all) {
    return "%-28s launcher %s   java %s   (%d starts)"
        .formatted(
            what,
            summary(all, StartTimes::launcherNs),
            summary(all, StartTimes::javaNs),
            all.size());
  }

  private static String summary(List<StartTimes> all, ToLongFunction<StartTimes> part) {
    long[] sorted = all.stream().mapToLong(part).sorted().toArray();
    return "%.2f s (%.2f to %.2f)"
        .formatted(
            sorted[sorted.length / 2] / 1e9, sorted[0] / 1e9, sorted[sorted.length - 1] / 1e9);
  }
}
