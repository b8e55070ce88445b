package dev.perdure.example.loans.replay;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a replay came to.
 *
 * @param file as it was named
 * @param holds true if every check held
 * @param whole true if it was all of the published log, and its published figures were compared
 * @param transfer the sending of the rows
 * @param figures what the node holds
 */
public record ReplayReport(
    String file,
    boolean holds,
    boolean whole,
    Transfer transfer,
    Map<String, Long> figures,
    List<Check> checks) {

  private static final int REFUSALS_SHOWN = 10;

  /**
   * The sending of the rows.
   *
   * @param rowsApplied took effect in this run
   * @param rowsEarlier had taken effect before
   * @param rowsRefused the service's rules refused them
   * @param signals requests to sagas
   * @param waits how often a saga had not begun when it was to be signalled
   * @param workDone messages of the queue that were acknowledged
   * @param workPutBack how often one was given back because it was not done yet
   * @param seconds of sending
   * @param secondsInAll until everything had happened and was compared
   * @param refusals the first of them
   */
  public record Transfer(
      long rowsApplied,
      long rowsEarlier,
      long rowsRefused,
      long signals,
      long waits,
      long workDone,
      long workPutBack,
      double seconds,
      double secondsInAll,
      long rowsPerSecond,
      List<String> refusals) {

    /** Of what was counted in a time. */
    static Transfer of(ReplayCounts counts, Desk desk, Times times) {
      double seconds = seconds(times.sentNs());
      return new Transfer(
          counts.rowsApplied(),
          counts.rowsEarlier(),
          counts.rowsRefused(),
          counts.signals(),
          counts.waits(),
          desk.acknowledged(),
          desk.putBack(),
          seconds,
          seconds(times.allNs()),
          seconds == 0 ? 0 : Math.round(counts.rowsDone() / seconds),
          counts.refusals());
    }

    private static double seconds(long ns) {
      return Math.round(ns / 1e6) / 1e3;
    }
  }

  /** Of sending, and of all. */
  record Times(long sentNs, long allNs) {}

  /** The report of figures and checks. */
  static ReplayReport of(String file, Transfer transfer, NodeFigures node, List<Check> checks) {
    return new ReplayReport(
        file, checks.stream().allMatch(Check::held), false, transfer, node.all(), checks);
  }

  ReplayReport ofWholeLog() {
    return new ReplayReport(file, holds, true, transfer, figures, checks);
  }

  /** With more checks than those of the replay. */
  public ReplayReport withChecks(List<Check> all) {
    return new ReplayReport(
        file, all.stream().allMatch(Check::held), whole, transfer, figures, List.copyOf(all));
  }

  /** For people, without the funnel; {@code @|…|@} marks colours. */
  public String table() {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "%,d rows in %.1f s (%,d rows/s), all done and compared in %.1f s%n"
            + "  %,d applied now, %,d before, %,d refused; %,d signals to offers, %,d messages of the"
            + " queue done%n%n",
        transfer.rowsApplied() + transfer.rowsEarlier() + transfer.rowsRefused(),
        transfer.seconds(),
        transfer.rowsPerSecond(),
        transfer.secondsInAll(),
        transfer.rowsApplied(),
        transfer.rowsEarlier(),
        transfer.rowsRefused(),
        transfer.signals(),
        transfer.workDone());
    transfer.refusals().stream()
        .limit(REFUSALS_SHOWN)
        .forEach(refusal -> out.append("  refused ").append(refusal).append('\n'));
    for (Check check : checks) {
      add(
          out,
          "  %s  %-48s %s%n",
          check.held() ? "@|green held  |@" : "@|red,bold FAILED|@",
          check.statement(),
          check.found());
    }
    if (!whole) {
      out.append("  not the whole log: what is published of it was not compared\n");
    }
    return out.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
