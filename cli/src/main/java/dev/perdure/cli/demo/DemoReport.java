package dev.perdure.cli.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a demo found.
 *
 * @param holds true if every check held
 * @param load what was done, in words
 * @param startMs from the start of the first process to ready
 * @param kills each kill and what came after it
 * @param answers final answers
 * @param rate of the answers, and how long they took
 * @param requestsRepeated requests that were sent again
 * @param repliesRecovered answers that were lost with a connection and came from the record
 * @param checks what had to hold
 * @param node where the node is, if it was left running
 */
record DemoReport(
    boolean holds,
    String load,
    long seed,
    long startMs,
    List<Kill> kills,
    long answers,
    Rate rate,
    long requestsRepeated,
    long repliesRecovered,
    List<Check> checks,
    @Nullable Kept node) {

  /**
   * How fast it went.
   *
   * @param seconds of the whole load, kills included
   * @param secondsDown of them, from a kill to the next first reply
   * @param answersPerSecond while the node was up
   * @param p50Ms half of the answers to first attempts came within it
   * @param p99Ms all but one in a hundred did
   */
  record Rate(
      double seconds, double secondsDown, long answersPerSecond, double p50Ms, double p99Ms) {

    static Rate of(long ns, List<Kill> kills, Replies replies) {
      double seconds = ns / 1e9;
      double down = kills.stream().mapToLong(Kill::firstReplyMs).sum() / 1e3;
      double up = Math.max(1e-3, seconds - down);
      return new Rate(
          tenths(seconds * 10) / 10,
          tenths(down * 10) / 10,
          Math.round(replies.done() / up),
          tenths(replies.percentileNs(0.50) / 1e6),
          tenths(replies.percentileNs(0.99) / 1e6));
    }

    private static double tenths(double value) {
      return Math.round(value * 10) / 10.0;
    }
  }

  /** A node that was left running. */
  record Kept(long pid, String api, String admin, String data, String log) {}
}
