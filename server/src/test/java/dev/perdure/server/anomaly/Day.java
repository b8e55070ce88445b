package dev.perdure.server.anomaly;

import java.util.EnumMap;
import java.util.Map;
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

  /** Ten seconds of it. */
  Map<Figure, Double> at(int sample) {
    double busy = 1 + 0.6 * Math.sin(2 * Math.PI * sample / SAMPLES);
    double force = about(8, 0.3);
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.COMMANDS, about(400 * busy, 0.15));
    figures.put(Figure.REFUSED, now(20) ? noise.nextDouble() : 0);
    figures.put(Figure.FAILED, now(10) ? noise.nextDouble() : 0);
    figures.put(Figure.COMMAND_P99, force + about(12, 0.3));
    figures.put(Figure.FORCE, force);
    figures.put(Figure.QUEUE, now(5) ? about(5, 0.5) : 0);
    figures.put(Figure.PAUSES, now(30) ? about(6, 0.4) : 0);
    figures.put(Figure.HEAP, about(180, 0.05) + 40 * noise.nextDouble());
    figures.put(Figure.DESCRIPTORS, 120.0 + noise.nextInt(15));
    figures.put(Figure.THREADS, 60.0 + noise.nextInt(4));
    return figures;
  }

  /** Once in so many. */
  private boolean now(int in) {
    return noise.nextInt(in) == 0;
  }

  /** The same with one figure that is about so much. */
  Map<Figure, Double> with(Map<Figure, Double> sample, Figure figure, double value) {
    Map<Figure, Double> other = new EnumMap<>(sample);
    other.put(figure, about(value, 0.1));
    return other;
  }
}
