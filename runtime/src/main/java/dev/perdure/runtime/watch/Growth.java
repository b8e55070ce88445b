package dev.perdure.runtime.watch;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is used of each resource, and how that grows. One thread. */
final class Growth {

  /** Between two samples of a trend. */
  static final long SAMPLE_NS = 30_000_000_000L;

  /** So much of a limit is nearly all. */
  private static final double NEARLY = 0.9;

  /** What is used less than this far may grow as it likes: a start is no leak. */
  private static final double NOTABLE = 0.25;

  /** Of the pairs of samples so many must rise: what goes up and down is no leak. */
  private static final double RISING = 0.8;

  private static final double NS = 1e9;
  private static final double MINUTE = 60;

  private final Map<String, Trend> trends = new HashMap<>();
  private long sampledNs;
  private boolean sampled;

  /** Takes samples of the trends, when it is time. */
  void look(List<Resource> resources, long nowNs) {
    if (sampled && nowNs - sampledNs < SAMPLE_NS) {
      return;
    }
    sampled = true;
    sampledNs = nowNs;
    for (Resource one : resources) {
      trends.computeIfAbsent(one.name(), name -> new Trend()).add(nowNs, (double) one.used());
    }
  }

  /** Which is nearly used up. */
  static Reading exhaustion(List<Resource> resources) {
    Reading worst = Reading.NOTHING;
    for (Resource one : resources) {
      if (one.max() > 0) {
        worst =
            worst.or(
                new Reading(
                    one.used() / (NEARLY * one.max()),
                    "%s: %,d of %,d are used, the bound is %.0f %%"
                        .formatted(one.name(), one.used(), one.max(), 100 * NEARLY)));
      }
    }
    return worst;
  }

  /** Which will be used up soonest, if it goes on like that. */
  Reading leak(List<Resource> resources, long horizonNs) {
    Reading worst = Reading.NOTHING;
    for (Resource one : resources) {
      Trend trend = trends.get(one.name());
      if (trend != null && one.max() > 0 && one.used() >= NOTABLE * one.max()) {
        worst = worst.or(leak(one, trend.slope(), horizonNs));
      }
    }
    return worst;
  }

  private static Reading leak(Resource one, Trend.Slope slope, long horizonNs) {
    if (slope.rising() < RISING || slope.perSecond() <= 0) {
      return Reading.NOTHING;
    }
    double leftS = Math.max(1, (one.max() - one.used()) / slope.perSecond());
    return new Reading(
        horizonNs / NS / leftS,
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d are used, %.1f more every minute for %.0f minutes; none are left in"
                + " %.0f minutes, the bound is %.0f",
            one.name(),
            one.used(),
            one.max(),
            slope.perSecond() * MINUTE,
            slope.spanNs() / NS / MINUTE,
            leftS / MINUTE,
            horizonNs / NS / MINUTE));
  }
}
