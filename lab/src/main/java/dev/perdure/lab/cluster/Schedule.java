package dev.perdure.lab.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** When faults come and go within a run: several times, with time between them to recover. */
final class Schedule {

  private static final int PERIODS = 6;
  private static final int PERIOD_MS_MIN = 3_000;
  private static final int PERIOD_MS_MAX = 15_000;

  private Schedule() {}

  /**
   * A fault's time.
   *
   * @param calmMs without a fault before it
   * @param faultMs from its injection to its healing
   */
  record Moment(long calmMs, long faultMs) {}

  /** Moments that fit into so many seconds, with some time after the last one. */
  static List<Moment> of(ProofSettings.Pace pace, SplittableRandom random) {
    long allMs = pace.seconds() * 1000L;
    long periodMs = Math.clamp(allMs / PERIODS, PERIOD_MS_MIN, PERIOD_MS_MAX);
    int count = pace.faults() > 0 ? pace.faults() : (int) Math.max(1, allMs / periodMs);
    long eachMs = allMs / count;
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moments.add(new Moment(share(random, eachMs, 25, 50), share(random, eachMs, 25, 45)));
    }
    return moments;
  }

  private static long share(SplittableRandom random, long of, int percentMin, int percentMax) {
    return of * random.nextInt(percentMin, percentMax + 1) / 100;
  }
}
