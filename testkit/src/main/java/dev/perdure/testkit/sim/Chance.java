package dev.perdure.testkit.sim;

import java.util.List;
import java.util.SplittableRandom;

/** The run's only source of randomness: everything follows from its seed. */
public final class Chance {

  private final SplittableRandom random;

  /** Chance of a seed. */
  public Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** True with the given probability. */
  public boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** A number from {@code low} to {@code high}, both included. */
  public long between(long low, long high) {
    return low + random.nextLong(high - low + 1);
  }

  /** A number from 0 to below {@code bound}. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Mostly short, rarely up to {@code maxNs}: how delays are distributed. */
  public long delayNs(long usualNs, long maxNs) {
    return happens(0.03) ? between(usualNs, maxNs) : between(usualNs / 4, usualNs);
  }

  public <T> T of(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Any number. */
  public long bits() {
    return random.nextLong();
  }
}
