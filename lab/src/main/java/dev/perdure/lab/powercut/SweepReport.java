package dev.perdure.lab.powercut;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a sweep found.
 *
 * @param images how many were built and examined
 * @param findings those that did not recover
 */
public record SweepReport(int images, List<Finding> findings) {

  /** An image that did not recover, and what its check threw. The image itself is removed. */
  public record Finding(CrashImage image, Throwable cause) {

    private static final int LOSSES_SHOWN = 12;

    @Override
    public String toString() {
      String lost = image.losses().stream().limit(LOSSES_SHOWN).collect(Collectors.joining(", "));
      int more = Math.max(0, image.losses().size() - LOSSES_SHOWN);
      return image.recipe() + ": " + cause + "; lost: " + lost + (more > 0 ? ", +" + more : "");
    }
  }

  /** Copies the list. */
  public SweepReport {
    findings = List.copyOf(findings);
  }

  /** True if every image recovered. */
  public boolean clean() {
    return findings.isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(findings.size()).append(" of ").append(images).append(" images did not recover");
    findings.stream().limit(10).forEach(finding -> text.append("\n  ").append(finding));
    return text.toString();
  }
}
