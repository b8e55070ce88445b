package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.check.Check;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a growth showed.
 *
 * @param held true if every check did
 * @param ended when, in UTC
 */
public record GrowthReport(
    boolean held, String ended, ProofReport.Machine machine, List<Step> steps, List<Check> checks) {

  /**
   * One step, and the calm after it.
   *
   * @param tookMs until it had taken effect
   * @param acknowledged changes meanwhile
   * @param longestGapMs the longest time in which one and the same account had no acknowledged
   *     change; with a few accounts under load, it is what those who wait notice
   */
  public record Step(String what, long tookMs, long acknowledged, long longestGapMs) {}

  static GrowthReport of(List<Step> steps, List<Check> checks) {
    return new GrowthReport(
        checks.stream().allMatch(Check::held),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ProofReport.Machine.here(),
        List.copyOf(steps),
        List.copyOf(checks));
  }
}
