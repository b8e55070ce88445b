package dev.perdure.cli.demo;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** A demo's report for people. */
final class DemoTable {

  private static final int STATEMENT_WIDTH = 72;

  private final DemoReport report;
  private final StringBuilder out = new StringBuilder();

  private DemoTable(DemoReport report) {
    this.report = report;
  }

  static String of(DemoReport report, Ansi ansi) {
    DemoTable table = new DemoTable(report);
    table.write();
    return ansi.string(table.out.toString());
  }

  private void write() {
    line("");
    row("load", report.load());
    row("start", "%s from nothing to ready".formatted(seconds(report.startMs())));
    line("");
    kills();
    DemoReport.Rate rate = report.rate();
    row(
        "replies",
        "%,d in %.1f s, of which %.1f s without a node: %,d/s while it was up"
            .formatted(
                report.answers(), rate.seconds(), rate.secondsDown(), rate.answersPerSecond()));
    row("", "half within %.1f ms, 99 %% within %.1f ms".formatted(rate.p50Ms(), rate.p99Ms()));
    row(
        "repeated",
        "%,d requests; %,d of them had been done before the kill: the reply came from the record"
            .formatted(report.requestsRepeated(), report.repliesRecovered()));
    line("");
    report.checks().forEach(this::check);
    line("");
    verdict();
    line("");
    next();
  }

  private void kills() {
    if (report.kills().isEmpty()) {
      row("kills", "none");
      return;
    }
    line("  kill -9   after replies   commands in flight   ready again   first reply");
    line("  -------   -------------   ------------------   -----------   -----------");
    for (Kill kill : report.kills()) {
      line(
          "  %7d   %,13d   %,18d   %11s   %11s"
              .formatted(
                  kill.number(),
                  kill.answersBefore(),
                  kill.inFlight(),
                  seconds(kill.readyMs()),
                  seconds(kill.firstReplyMs())));
    }
    List<Long> firsts = report.kills().stream().map(Kill::firstReplyMs).sorted().toList();
    line(
        "  from kill to the next reply: median %s, worst %s"
            .formatted(seconds(firsts.get(firsts.size() / 2)), seconds(firsts.getLast())));
    line("");
  }

  private void check(Check check) {
    line(
        "  %s  %s  %s"
            .formatted(
                check.held() ? "@|green held  |@" : "@|red,bold FAILED|@",
                padded(check.statement()),
                check.found()));
  }

  private static String padded(String statement) {
    return statement + " ".repeat(Math.max(0, STATEMENT_WIDTH - statement.length()));
  }

  private void verdict() {
    if (report.holds()) {
      line(
          "  @|bold Nothing was lost and nothing was done twice, through %d kills.|@"
              .formatted(report.kills().size()));
    } else {
      line("  @|red,bold Not everything held: see FAILED above.|@");
    }
  }

  private void next() {
    DemoReport.Kept node = report.node();
    if (node != null) {
      line("  The node is still running:");
      row("API", node.api() + "/openapi.json");
      row("admin", node.admin() + "/readyz?verbose, " + node.admin() + "/metrics");
      row("data", node.data());
      row("log", node.log());
      row("stop it", "kill " + node.pid());
      row("call it", "./perdure get account acct-1 --events --url " + node.api());
      return;
    }
    line("  Where to look next:");
    line("    ./perdure demo --keep            the same, and the node stays for you to look at");
    line("    ./perdure run --data data        a node of your own, at http://127.0.0.1:7400");
    line("    ./perdure call account alice deposit '{\"amount\": 500}'");
    line("    examples/ledger                  the rules of an account, in plain Java");
  }

  private void row(String name, String value) {
    line("  %-9s %s".formatted(name, value));
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.2f s", ms / 1e3);
  }
}
