package dev.perdure.cli.proof;

import dev.perdure.lab.cluster.CombinationReport;
import dev.perdure.lab.cluster.ProofReport;
import dev.perdure.lab.cluster.check.Check;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** A proof's report for people, row by row. */
final class ProofTable {

  private final Ansi ansi;

  ProofTable(Ansi ansi) {
    this.ansi = ansi;
  }

  String head() {
    return line(
            "fault",
            "times",
            "changes",
            "refused",
            "open",
            "reads",
            "pause: half",
            "longest",
            "gap",
            "")
        + line(
            "-----",
            "-----",
            "-------",
            "-------",
            "----",
            "-----",
            "-----------",
            "-------",
            "---",
            "");
  }

  String row(CombinationReport one) {
    if (!one.skipped().isEmpty()) {
      return ansi.string(
          "  %-16s @|yellow skipped|@: %s%n".formatted(one.combination(), one.skipped()));
    }
    CombinationReport.Counts counts = one.counts();
    StringBuilder row =
        new StringBuilder(
            line(
                one.combination(),
                String.valueOf(one.faults().size()),
                number(counts.acknowledged()),
                number(counts.refused()),
                number(counts.open()),
                number(counts.reads()),
                seconds(one.medianPauseMs()),
                seconds(one.longestPauseMs()),
                seconds(one.longestGapMs()),
                one.held() ? "@|green held|@" : "@|red,bold FAILED|@"));
    for (Check check : one.broken()) {
      row.append("    @|red,bold FAILED|@ %s: %s%n".formatted(check.statement(), check.found()));
    }
    return ansi.string(row.toString());
  }

  String foot(ProofReport report) {
    List<CombinationReport> run =
        report.combinations().stream().filter(one -> one.skipped().isEmpty()).toList();
    long faults = run.stream().mapToLong(one -> one.faults().size()).sum();
    long acknowledged = run.stream().mapToLong(one -> one.counts().acknowledged()).sum();
    String verdict =
        report.held()
            ? "@|bold Nothing was lost and nothing was done twice|@"
            : run.isEmpty() ? "@|yellow Nothing was run|@" : "@|red,bold Not everything held|@";
    return ansi.string(
        String.format(
            Locale.ROOT,
            "%n  %s: %d node%s, %,d faults, %,d changes acknowledged.%n"
                + "  refused: given up, certainly not executed; open: answered when asked again"
                + " after the load;%n"
                + "  pause: the time without an acknowledged change in which a fault came;%n"
                + "  gap: the longest such time at all, nodes that come back included.%n",
            verdict,
            report.nodes(),
            report.nodes() == 1 ? "" : "s",
            faults,
            acknowledged));
  }

  private static String line(Object... cells) {
    String line = "  %-16s %6s %9s %8s %6s %9s %12s %9s %9s   %s".formatted(cells);
    return line.stripTrailing() + "\n";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.2f s", ms / 1e3);
  }
}
