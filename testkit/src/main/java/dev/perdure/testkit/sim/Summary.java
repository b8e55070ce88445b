package dev.perdure.testkit.sim;

import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Sums over runs, for people. One thread. */
public final class Summary {

  private static final int TRACE_LINES = 40;

  private final Probes probes = new Probes();
  private final List<Long> failed = new ArrayList<>();
  private long runs;
  private long virtualNs;
  private long calls;
  private long effects;

  public void add(Run.Result result) {
    runs++;
    virtualNs += result.virtualNs();
    calls += result.calls();
    effects += result.effects();
    probes.add(result.probes());
    if (result.violation() != null) {
      failed.add(result.seed());
    }
  }

  public int failed() {
    return failed.size();
  }

  public Probes probes() {
    return probes;
  }

  /** The table. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%d seeds, %.2f simulated hours, %d calls, %d commands in the log, %d faults%n",
            runs,
            virtualNs / 3.6e12,
            calls,
            effects,
            probes.faults()));
    table(out, "faults injected", true);
    table(out, "rare states reached", false);
    String never = probes.never().stream().map(Probe::words).collect(Collectors.joining(", "));
    out.append("never reached: ").append(never.isEmpty() ? "nothing" : never).append('\n');
    out.append(failed.isEmpty() ? "everything held" : failed.size() + " seeds failed: " + failed);
    return out.toString();
  }

  private void table(StringBuilder out, String title, boolean faults) {
    out.append(title).append('\n');
    for (Probe probe : Probe.values()) {
      if (probe.fault() == faults && probes.count(probe) > 0) {
        out.append(
            String.format(Locale.ROOT, "  %-34s %10d%n", probe.words(), probes.count(probe)));
      }
    }
  }

  /** What a person needs to look into a failed run. */
  public static String failure(Run.Result result, Set<PlantedBug> bugs) {
    Violation violation = result.violation();
    if (violation == null) {
      return "seed " + result.seed() + ": everything held";
    }
    StringBuilder out = new StringBuilder();
    out.append("seed ").append(result.seed()).append(" broke '");
    out.append(violation.checker().words()).append("': ").append(violation.detail()).append('\n');
    out.append("repeat with: ./perdure lab simulate").append(result.option());
    out.append(" --seeds 1 --first ").append(result.seed());
    bugs.forEach(bug -> out.append(" --bug ").append(bug));
    out.append('\n');
    result
        .trace()
        .compact(violation.about().isEmpty() ? "VIOLATION" : violation.about(), TRACE_LINES)
        .forEach(line -> out.append(line).append('\n'));
    return out.toString();
  }
}
