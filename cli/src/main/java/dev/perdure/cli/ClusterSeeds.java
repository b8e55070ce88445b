package dev.perdure.cli;

import dev.perdure.cli.terminal.Output;
import dev.perdure.testkit.bank.BankWorkload;
import dev.perdure.testkit.cluster.ClusterRun;
import dev.perdure.testkit.cluster.ClusterSummary;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Seeds of the simulator of whole clusters, one after the other. */
final class ClusterSeeds {

  private final PrintWriter out;
  private final Output output;
  private final boolean trace;

  ClusterSeeds(PrintWriter out, Output output, boolean trace) {
    this.out = out;
    this.output = output;
    this.trace = trace;
  }

  /** How many seeds broke a promise. */
  int run(long first, int seeds, ClusterRun.Options options) {
    ClusterSummary summary = new ClusterSummary();
    for (long seed = first; seed < first + seeds; seed++) {
      ClusterRun.Result result = ClusterRun.of(seed, new BankWorkload(), options);
      summary.add(result);
      if (output == Output.JSON) {
        out.println(Output.jsonLine(line(result)));
      } else {
        show(result, options, seeds == 1);
      }
      out.flush(); // a long run is watched
    }
    if (output == Output.TABLE) {
      out.println(summary.text());
    }
    out.flush();
    return summary.failed();
  }

  private void show(ClusterRun.Result result, ClusterRun.Options options, boolean one) {
    if (trace) {
      result.trace().kept().forEach(out::println);
    }
    if (result.violation() != null) {
      out.println(ClusterSummary.failure(result, options));
    }
    if (trace || one) {
      out.printf(
          "seed %d: %,d lines of trace, hash %016x%n",
          result.seed(), result.trace().lines(), result.trace().hash());
    }
  }

  private static Map<String, Object> line(ClusterRun.Result result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("seed", result.seed());
    line.put("held", result.violation() == null);
    if (result.violation() != null) {
      line.put("checker", result.violation().checker().words());
      line.put("detail", result.violation().detail());
    }
    line.put("simulated_seconds", result.virtualNs() / 1e9);
    line.put("calls", result.calls());
    line.put("effects", result.effects());
    line.put("trace_lines", result.trace().lines());
    line.put("trace_hash", "%016x".formatted(result.trace().hash()));
    Map<String, Long> counts = new TreeMap<>();
    result
        .counts()
        .forEach((probe, count) -> counts.put(probe.name().toLowerCase(Locale.ROOT), count));
    line.put("counts", counts);
    return line;
  }
}
