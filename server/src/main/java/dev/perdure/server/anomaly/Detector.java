package dev.perdure.server.anomaly;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.returntypes.DiVector;
import dev.perdure.kernel.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A random cut forest (Guha, Mishra, Roy, Schrijvers: "Robust Random Cut Forest Based Anomaly
 * Detection on Streams", ICML 2016) over figures that are measured from where they usually are. A
 * sample is unusual if the forest says so, by a threshold that follows its own scores, and at least
 * one figure is far from where it usually is: by itself the forest would also speak of what is rare
 * and means nothing. One thread; the same samples and seed give the same verdicts.
 */
final class Detector {

  static final int WARM_UP = 90;

  private static final Figure[] FIGURES = Figure.values();

  private static final int TREES = 50;
  private static final int TREE_SAMPLES = 256;

  /** Half of what a tree holds is younger than so many samples. */
  private static final double DECAY = 1.0 / (10 * TREE_SAMPLES);

  /** So many spreads from its median a figure is far. */
  private static final double FAR = 6;

  /** Nothing is further, or one figure would drown all others. */
  private static final double FARTHEST = 12;

  /** A figure that hardly moves is measured as if it moved by about a tenth. */
  private static final double SPREAD_MIN = 0.12;

  private static final double SCORE_MIN = 1.5;
  private static final double SCORE_SPREADS = 5;
  private static final int SAID = 3;

  private final RandomCutForest forest;
  private final Baseline[] baselines = new Baseline[FIGURES.length];
  private final Baseline scores = new Baseline();
  private int samples;

  Detector(long seed) {
    this.forest =
        RandomCutForest.builder()
            .dimensions(baselines.length)
            .numberOfTrees(TREES)
            .sampleSize(TREE_SAMPLES)
            .timeDecay(DECAY)
            .outputAfter(WARM_UP / 2)
            .randomSeed(seed)
            .parallelExecutionEnabled(false)
            .build();
    for (int i = 0; i < baselines.length; i++) {
      baselines[i] = new Baseline();
    }
  }

  /** Takes a sample of all figures. */
  Verdict look(Map<Figure, Double> values) {
    Check.argument(values.size() == FIGURES.length, "a sample has another number of figures");
    float[] point = new float[FIGURES.length];
    double farthest = 0;
    for (int i = 0; i < FIGURES.length; i++) {
      double scaled = FIGURES[i].scaled(of(values, i));
      double spread = Math.max(SPREAD_MIN, baselines[i].spread());
      double away = samples == 0 ? 0 : (scaled - baselines[i].median()) / spread;
      point[i] = (float) Math.clamp(away, -FARTHEST, FARTHEST);
      farthest = Math.max(farthest, Math.abs(away));
    }
    Verdict verdict = verdict(values, point, farthest);
    forest.update(point);
    for (int i = 0; i < FIGURES.length; i++) {
      baselines[i].add(FIGURES[i].scaled(of(values, i)));
    }
    samples++;
    return verdict;
  }

  private static double of(Map<Figure, Double> values, int figure) {
    return Objects.requireNonNull(values.get(FIGURES[figure]));
  }

  private Verdict verdict(Map<Figure, Double> values, float[] point, double farthest) {
    if (samples < WARM_UP / 2) {
      return Verdict.TOO_EARLY;
    }
    double score = forest.getAnomalyScore(point);
    double threshold = Math.max(SCORE_MIN, scores.median() + SCORE_SPREADS * scores.spread());
    scores.add(score);
    if (samples < WARM_UP) {
      return Verdict.TOO_EARLY;
    }
    boolean unusual = score > threshold && farthest >= FAR;
    return new Verdict(unusual, score, threshold, unusual ? parts(values, point) : List.of());
  }

  private List<Verdict.Part> parts(Map<Figure, Double> values, float[] point) {
    DiVector attribution = forest.getAnomalyAttribution(point);
    double all = Math.max(1e-9, attribution.getHighLowSum());
    List<Verdict.Part> parts = new ArrayList<>(FIGURES.length);
    for (int i = 0; i < FIGURES.length; i++) {
      parts.add(
          new Verdict.Part(
              FIGURES[i],
              attribution.getHighLowSum(i) / all,
              of(values, i),
              FIGURES[i].value(baselines[i].median())));
    }
    parts.sort(Comparator.comparingDouble(Verdict.Part::share).reversed());
    return List.copyOf(parts.subList(0, SAID));
  }
}
