package dev.perdure.testkit.cluster;

import dev.perdure.testkit.check.Violation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sums over runs, for people. One thread. */
public final class ClusterSummary {

  private static final int TRACE_LINES = 40;

  private final Map<ClusterProbe, Long> counts = new EnumMap<>(ClusterProbe.class);
  private final List<Long> failed = new ArrayList<>();
  private long runs;
  private long virtualNs;
  private long calls;
  private long effects;

  /** Adds a run. */
  public void add(ClusterRun.Result result) {
    runs++;
    virtualNs += result.virtualNs();
    calls += result.calls();
    effects += result.effects();
    result.counts().forEach((probe, count) -> counts.merge(probe, count, Long::sum));
    if (result.violation() != null) {
      failed.add(result.seed());
    }
  }

  /** How many seeds broke a promise. */
  public int failed() {
    return failed.size();
  }

  /** What was never done, or never came of it. */
  public List<ClusterProbe> never() {
    return Stream.of(ClusterProbe.values()).filter(probe -> !counts.containsKey(probe)).toList();
  }

  /** The table. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%d clusters, %.2f simulated hours, %d calls, %d commands in the logs%n",
            runs,
            virtualNs / 3.6e12,
            calls,
            effects));
    table(out, "done to them", true);
    table(out, "rare states reached", false);
    String never = never().stream().map(ClusterProbe::words).collect(Collectors.joining(", "));
    out.append("never reached: ").append(never.isEmpty() ? "nothing" : never).append('\n');
    out.append(failed.isEmpty() ? "everything held" : failed.size() + " seeds failed: " + failed);
    return out.toString();
  }

  private void table(StringBuilder out, String title, boolean faults) {
    out.append(title).append('\n');
    counts.forEach(
        (probe, count) -> {
          if (probe.fault() == faults) {
            out.append(String.format(Locale.ROOT, "  %-34s %10d%n", probe.words(), count));
          }
        });
  }

  /** What a person needs to look into a failed run. */
  public static String failure(ClusterRun.Result result, ClusterRun.Options options) {
    Violation violation = result.violation();
    if (violation == null) {
      return "seed " + result.seed() + ": everything held";
    }
    StringBuilder out = new StringBuilder();
    out.append("seed ").append(result.seed()).append(" broke '");
    out.append(violation.checker().words()).append("': ").append(violation.detail()).append('\n');
    out.append("repeat with: ./perdure lab simulate --cluster --seeds 1 --first ");
    out.append(result.seed());
    options.shardBugs().stream().sorted().forEach(bug -> out.append(" --bug ").append(bug));
    options.bugs().stream().sorted().forEach(bug -> out.append(" --cluster-bug ").append(bug));
    out.append('\n');
    result
        .trace()
        .compact(violation.about().isEmpty() ? "VIOLATION" : violation.about(), TRACE_LINES)
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }
}
