package dev.perdure.bench.load;

import com.sun.management.OperatingSystemMXBean;
import dev.perdure.bench.load.Measurement.Cpu;
import dev.perdure.bench.load.Measurement.Latency;
import dev.perdure.kernel.Check;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures one target: opens its accounts, warms it up with the most callers, then for each number
 * of callers warms it up and measures, and at last compares its balances with what it has
 * acknowledged.
 *
 * <p>The loop is closed: a caller that waits does not ask, so a stall delays at most one operation
 * of each caller. The maximum and the slowest second show it; percentiles alone would not.
 */
public final class Harness {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Plan plan;
  private final Consumer<String> progress;

  /**
   * How to measure.
   *
   * @param callers the numbers of callers, each measured apart, in this order
   * @param accounts how many accounts are opened and used
   * @param warmUp how long each number of callers works before it is measured; if there are
   *     several, the most work three times as long before all
   * @param measured how long it is measured
   * @param seed of accounts, amounts and operation ids
   */
  public record Plan(
      List<Integer> callers, int accounts, Duration warmUp, Duration measured, long seed) {

    public Plan {
      callers = List.copyOf(callers);
      Check.argument(!callers.isEmpty(), "there must be a number of callers");
      for (int each : callers) {
        Check.argument(
            each >= 1 && each <= OperationStreams.CALLERS_MAX,
            "callers is %d; it must be from 1 to %d".formatted(each, OperationStreams.CALLERS_MAX));
      }
      Check.argument(accounts >= 1, "accounts is %d; it must be at least 1".formatted(accounts));
      Check.argument(measured.isPositive(), "the time measured must be at least a second");
      Check.argument(!warmUp.isNegative(), "the time of warm-up must not be negative");
    }
  }

  /** A harness that tells {@code progress} what it is about to do, one line each. */
  public Harness(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Measures the target, which stays open.
   *
   * @throws IllegalStateException when the balances are not the sum of what was acknowledged
   */
  public List<Measurement> measure(Target target) throws Exception {
    progress.accept("%s: opening %,d accounts".formatted(target.name(), plan.accounts()));
    target.openAccounts(plan.accounts());
    List<Measurement> measurements = new ArrayList<>();
    OperationStreams streams = OperationStreams.seeded(plan.seed());
    var all = new Tally();
    if (!plan.warmUp().isZero() && plan.callers().size() > 1) {
      // One caller alone would not bring the compiler to its end within any reasonable time.
      int most = Collections.max(plan.callers());
      progress.accept("%s: warm-up with %d callers".formatted(target.name(), most));
      all.merge(target.callers().run(phase(most, plan.warmUp().multipliedBy(3), streams)));
      streams = streams.next();
    }
    for (int callers : plan.callers()) {
      progress.accept("%s: %d callers".formatted(target.name(), callers));
      var both = new Tally();
      if (!plan.warmUp().isZero()) {
        both.merge(target.callers().run(phase(callers, plan.warmUp(), streams)));
        streams = streams.next();
      }
      measurements.add(measure(target, phase(callers, plan.measured(), streams), both));
      streams = streams.next();
      all.merge(both);
    }
    if (all.failures() == 0) {
      compareBalances(target, all.acknowledgedMinor());
    }
    return measurements;
  }

  private Phase phase(int callers, Duration length, OperationStreams streams) {
    return new Phase(callers, plan.accounts(), length, streams);
  }

  /** Adds what was measured to the tally of the warm-up before it, whose failures count as well. */
  private static Measurement measure(Target target, Phase phase, Tally both) throws Exception {
    OptionalLong storedBefore = target.storedBytes();
    OptionalLong forcesBefore = target.forces();
    long outsideBefore = target.outsideCpuNs();
    long cpuBefore = SYSTEM.getProcessCpuTime();
    Tally tally = target.callers().run(phase);
    long cpuNs = SYSTEM.getProcessCpuTime() - cpuBefore;
    long outsideNs = target.outsideCpuNs() - outsideBefore;
    double operations = Math.max(tally.operations(), 1);
    Double growth = difference(storedBefore, target.storedBytes());
    Double forces = difference(forcesBefore, target.forces());
    both.merge(tally);
    return new Measurement(
        target.name(),
        phase.callers(),
        phase.length().toNanos() / 1e9,
        tally.operations(),
        Latency.of(tally),
        new Cpu(cpuNs / 1e3 / operations, outsideNs / 1e3 / operations),
        tally.operationsPerSecond(),
        growth == null ? null : growth / operations,
        forces == null || forces == 0 ? null : operations / forces,
        both.failures(),
        both.firstFailure());
  }

  private static @Nullable Double difference(OptionalLong before, OptionalLong after) {
    return before.isEmpty() || after.isEmpty()
        ? null
        : (double) (after.getAsLong() - before.getAsLong());
  }

  private static void compareBalances(Target target, long acknowledgedMinor) throws Exception {
    OptionalLong total = target.balanceTotalMinor();
    if (total.isPresent() && total.getAsLong() != acknowledgedMinor) {
      throw new IllegalStateException(
          "%s acknowledged deposits of %d, but its balances add up to %d: an answer was lost or doubled"
              .formatted(target.name(), acknowledgedMinor, total.getAsLong()));
    }
  }
}
