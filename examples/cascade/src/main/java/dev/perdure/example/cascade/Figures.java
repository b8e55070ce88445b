package dev.perdure.example.cascade;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What comes of a run. The goodput of a moment is how many of the calls that were due then were
 * answered well in time, so that it is never more than what was asked.
 *
 * @param stack the stack's title
 * @param calls what became of all measured calls of clients
 * @param reached what reached the ill service
 * @param goodput answered well, a second
 * @param recoverySeconds from the end of the fault until the goodput of two seconds is at least 95
 *     % of what it was before; null if that was not seen
 * @param latency from when a call was due until it had any answer, or the client gave up
 * @param curves by bins
 */
record Figures(
    String stack,
    Calls calls,
    Reached reached,
    Goodput goodput,
    @Nullable Double recoverySeconds,
    Latency latency,
    Curves curves) {

  /** The part of the goodput before the fault that counts as recovered. */
  static final double RECOVERED = 0.95;

  /** How long it must last. */
  private static final int STEADY_BINS = 2 * Timeline.PER_SECOND;

  /** Calls by outcome; {@code due} is their sum. */
  record Calls(int due, int whole, int partial, int failed, int gaveUp, int unsent) {
    static Calls of(List<Shot> shots) {
      return new Calls(
          shots.size(),
          count(shots, Shot.Outcome.WHOLE),
          count(shots, Shot.Outcome.PARTIAL),
          count(shots, Shot.Outcome.FAILED),
          count(shots, Shot.Outcome.GAVE_UP),
          count(shots, Shot.Outcome.UNSENT));
    }

    private static int count(List<Shot> shots, Shot.Outcome outcome) {
      return (int) shots.stream().filter(shot -> shot.outcome() == outcome).count();
    }

    boolean add() {
      return due == whole + partial + failed + gaveUp + unsent;
    }
  }

  /**
   * Requests that reached the ill service.
   *
   * @param amplification during the fault, for each call of a client
   * @param worst the same in the worst second of the fault or after it
   * @param dropped of all, those that it dropped because nobody waited for them any more
   * @param refused of all, those for which its queue had no room
   */
  record Reached(double amplification, double worst, long dropped, long refused) {}

  /** Calls answered well, a second. */
  record Goodput(double before, double during, double after) {}

  /** 99 of 100 calls were over in so long, in milliseconds. */
  record Latency(double beforeMs, double duringMs, double afterMs) {}

  /** Goodput and requests to the ill service, a second, by bins of so many seconds. */
  record Curves(double binSeconds, double[] goodput, double[] load) {}

  /** Works out a run. */
  static Figures of(Run run) {
    Script script = run.script();
    Script.Times times = script.times();
    List<Shot> shots = run.shots().stream().filter(shot -> shot.dueNs() >= 0).toList();
    List<Shot> before = part(shots, 0, times.faultNs());
    List<Shot> during = part(shots, times.faultNs(), times.healedNs());
    List<Shot> after = part(shots, times.healedNs(), times.endNs());
    Timeline good = new Timeline(times.endNs());
    shots.stream().filter(shot -> shot.outcome().good()).forEach(shot -> good.count(shot.dueNs()));
    double goodBefore = rate(before, times.calm());
    int from = (int) (times.faultNs() / Timeline.BIN_NS);
    int to = Timeline.bins(times.healedNs());
    Service.Counts patient = run.services().get(Shape.PATIENT);
    return new Figures(
        run.contender().title(),
        Calls.of(shots),
        new Reached(
            Arrays.stream(run.arrivals(), from, to).sum() / Math.max(1.0, during.size()),
            worst(run.arrivals(), from) / script.rate(),
            patient == null ? 0 : patient.dropped(),
            patient == null ? 0 : patient.refused()),
        new Goodput(goodBefore, rate(during, times.ill()), rate(after, times.after())),
        recovery(good.counts(), to, goodBefore),
        new Latency(p99Ms(before), p99Ms(during), p99Ms(after)),
        new Curves(1.0 / Timeline.PER_SECOND, perSecond(good.counts()), perSecond(run.arrivals())));
  }

  private static List<Shot> part(List<Shot> shots, long fromNs, long toNs) {
    Predicate<Shot> within = shot -> shot.dueNs() >= fromNs && shot.dueNs() < toNs;
    return shots.stream().filter(within).toList();
  }

  private static double rate(List<Shot> shots, Duration time) {
    long good = shots.stream().filter(shot -> shot.outcome().good()).count();
    return good * 1e9 / time.toNanos();
  }

  /** The most in a second that begins with a bin. */
  private static double worst(int[] arrivals, int from) {
    int worst = 0;
    for (int i = from; i + Timeline.PER_SECOND <= arrivals.length; i++) {
      worst = Math.max(worst, Arrays.stream(arrivals, i, i + Timeline.PER_SECOND).sum());
    }
    return worst;
  }

  private static @Nullable Double recovery(int[] good, int healed, double before) {
    double enough = RECOVERED * before * STEADY_BINS / Timeline.PER_SECOND;
    for (int i = healed; i + STEADY_BINS <= good.length; i++) {
      if (Arrays.stream(good, i, i + STEADY_BINS).sum() >= enough) {
        return (i - healed) / (double) Timeline.PER_SECOND;
      }
    }
    return null;
  }

  private static double p99Ms(List<Shot> shots) {
    long[] sorted = shots.stream().mapToLong(Shot::tookNs).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * 0.99) - 1] / 1e6;
  }

  private static double[] perSecond(int[] bins) {
    return Arrays.stream(bins).mapToDouble(count -> count * Timeline.PER_SECOND).toArray();
  }
}
