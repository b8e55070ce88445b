package dev.perdure.server.anomaly;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The figures of a node that is used by people: noisy, busier by day than by night. */
final class Day {

  static final int SAMPLES = 8_640;

  private final RandomGenerator noise;

  Day(long seed) {
    this.noise = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private double about(double value, double spread) {
    return value * Math.exp(spread * noise.nextGaussian());
  }

  /** Ten seconds of it, in the order of the figures. */
  double[] at(int sample) {
    double busy = 1 + 0.6 * Math.sin(2 * Math.PI * sample / SAMPLES);
    double force = about(8, 0.3);
    return new double[] {
      about(400 * busy, 0.15),
      noise.nextInt(20) == 0 ? noise.nextDouble() : 0,
      noise.nextInt(10) == 0 ? noise.nextDouble() : 0,
      force + about(12, 0.3),
      force,
      noise.nextInt(5) == 0 ? about(5, 0.5) : 0,
      noise.nextInt(30) == 0 ? about(6, 0.4) : 0,
      about(180, 0.05) + 40 * noise.nextDouble(),
      120 + noise.nextInt(15),
      60 + noise.nextInt(4),
    };
  }

  double[] with(double[] sample, Figure figure, double value) {
    double[] other = sample.clone();
    other[figure.ordinal()] = value * Math.exp(0.1 * noise.nextGaussian());
    return other;
  }
}
