package dev.perdure.cli.overload;

import dev.perdure.cli.demo.Check;
import java.util.List;

/**
 * How it went.
 *
 * @param factor the load, as a multiple of the capacity
 * @param guarded with admission
 * @param open the same load without it; nothing is demanded of it
 */
record OverloadReport(
    boolean held, double factor, int seconds, Run guarded, Run open, List<Check> checks) {

  /**
   * One run.
   *
   * @param capacity deposits a second that callers get who wait for their answers
   * @param unloadedP99Ms of a fifth of that
   * @param unloadedCallersP99Ms by how much the callers themselves were late then
   * @param overloadP99Ms of what was done during the load
   * @param callersP99Ms by how much the callers themselves were late then
   * @param recoverySeconds from the end of the load to that of the first second that had 95 % of
   *     the capacity, with the time in which the callers ended and connected anew; -1 if none had
   * @param rssStartBytes the node's memory when the load began
   * @param rssMaxBytes the most of it
   * @param rssEndBytes when the load ended
   * @param lost deposits that were acknowledged and are not there
   * @param doubled deposits that are there more than once
   */
  record Run(
      double capacity,
      double unloadedP99Ms,
      double unloadedCallersP99Ms,
      double overloadP99Ms,
      double callersP99Ms,
      int recoverySeconds,
      long rssStartBytes,
      long rssMaxBytes,
      long rssEndBytes,
      long lost,
      long doubled,
      List<Line> flows) {

    /** All that was done in a second of the load, on average. */
    double goodput(int seconds) {
      return flows.stream().mapToLong(Line::done).sum() / (double) seconds;
    }
  }

  /**
   * What became of one flow.
   *
   * @param offered requests that were due
   * @param done answered with success
   * @param refused with 429 or 503
   * @param expired not executed, because their deadline passed
   * @param unknown nobody knows, but the operation id tells
   * @param unsent found no connection in time
   */
  record Line(
      String name,
      String tenant,
      int urgency,
      long offered,
      long done,
      long refused,
      long expired,
      long unknown,
      long unsent,
      double p50Ms,
      double p99Ms,
      int[] doneBySecond,
      double[] p99MsBySecond) {

    static Line of(Flow flow, Tally tally) {
      long[] sorted = tally.latenciesNs();
      return new Line(
          flow.name(),
          flow.tenant(),
          flow.urgency(),
          tally.due,
          tally.good(),
          tally.refused,
          tally.expired,
          tally.unknown,
          tally.unsent,
          ms(sorted, 0.5),
          ms(sorted, 0.99),
          tally.goodBySecond(),
          tally.p99MsBySecond());
    }
  }

  static double ms(long[] sortedNs, double share) {
    if (sortedNs.length == 0) {
      return 0;
    }
    int index = (int) Math.min(sortedNs.length - 1L, Math.round(sortedNs.length * share));
    return sortedNs[index] / 1e6;
  }
}
