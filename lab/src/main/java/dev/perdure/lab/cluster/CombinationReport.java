package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Result.Status;
import java.util.List;

/**
 * What one combination showed.
 *
 * @param combination its word
 * @param held true if every check did; of one that was skipped, nothing is said
 * @param skipped why it could not be run here; empty if it was
 * @param seconds of load; longer than asked for if it took the nodes long to recover
 * @param longestGapMs the longest time without an acknowledged change
 * @param folder with the history and the nodes' logs
 */
public record CombinationReport(
    String combination,
    boolean held,
    String skipped,
    long seed,
    int seconds,
    Counts counts,
    long longestGapMs,
    List<FaultReport> faults,
    List<Check> checks,
    String folder) {

  /**
   * How much was asked and answered.
   *
   * @param acknowledged changes that were done
   * @param rejected changes that an account's rules refused
   * @param reads that were answered
   * @param refused changes that were given up, certainly not executed
   * @param requests with all repeats
   * @param open changes that were not answered when the load ended, and were asked for again then
   */
  public record Counts(
      long acknowledged, long rejected, long reads, long refused, long requests, long open) {

    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    static Counts of(List<Recorded> history, long requests, long open) {
      long acknowledged = history.stream().filter(Recorded::acknowledged).count();
      long reads = count(history, true, Status.DONE);
      long rejected = count(history, false, Status.REJECTED);
      long refused = count(history, false, Status.NOT_EXECUTED);
      return new Counts(acknowledged, rejected, reads, refused, requests, open);
    }

    private static long count(List<Recorded> history, boolean read, Status status) {
      return history.stream()
          .filter(one -> one.operation().read() == read && one.result().status() == status)
          .count();
    }
  }

  /**
   * One fault.
   *
   * @param pauseMs the time without an acknowledged change in which it came
   * @param gapMs the longest time without an acknowledged change from then to the next fault
   */
  public record FaultReport(String what, Span when, long pauseMs, long gapMs) {}

  /**
   * When a fault was there, from the start of the load.
   *
   * @param atMs when its injection began
   * @param thereMs when it was there
   * @param healedMs when it was gone
   */
  public record Span(long atMs, long thereMs, long healedMs) {}

  static CombinationReport skipped(Combination combination, long seed, String why) {
    return new CombinationReport(
        combination.word(), true, why, seed, 0, Counts.NONE, 0, List.of(), List.of(), "");
  }

  /** Half of the faults made no longer pause than this. */
  public long medianPauseMs() {
    List<Long> pauses = faults.stream().map(FaultReport::pauseMs).sorted().toList();
    return pauses.isEmpty() ? 0 : pauses.get(pauses.size() / 2);
  }

  /** No fault made a longer pause than this. */
  public long longestPauseMs() {
    return faults.stream().mapToLong(FaultReport::pauseMs).max().orElse(0);
  }

  /** The checks that did not hold. */
  public List<Check> broken() {
    return checks.stream().filter(check -> !check.held()).toList();
  }
}
