package dev.perdure.server.anomaly;

import java.util.List;
import java.util.Locale;

/**
 * What is to be said of one sample.
 *
 * @param unusual true if the figures are unlike what they usually are together
 * @param score of the forest; 0 while it has seen too little
 * @param threshold what a score must exceed
 * @param parts the figures that contribute most to the score, the most first
 */
public record Verdict(boolean unusual, double score, double threshold, List<Part> parts) {

  static final Verdict TOO_EARLY = new Verdict(false, 0, 0, List.of());

  /**
   * A figure's part.
   *
   * @param share of the score, 0 to 1
   * @param value what it is
   * @param usual what it usually is
   */
  public record Part(Figure figure, double share, double value, double usual) {}

  /** The evidence, for people. */
  public String evidence() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT, "anomaly score %.2f, the threshold is %.2f: ", score, threshold));
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      out.append(i == 0 ? "" : "; ")
          .append(
              String.format(
                  Locale.ROOT,
                  "%,.1f %s instead of %,.1f (%.0f %%)",
                  part.value,
                  part.figure.text(),
                  part.usual,
                  100 * part.share));
    }
    return out.toString();
  }
}
