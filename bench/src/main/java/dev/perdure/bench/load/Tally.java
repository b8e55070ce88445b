package dev.perdure.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What callers saw in one phase. Written by one thread; {@link #merge} adds up those of many.
 *
 * <p>Latencies are kept in nanoseconds with three significant digits, from 1 µs to 60 s; a longer
 * one counts as 60 s. {@code acknowledgedMinor} is the sum of all amounts that were answered, also
 * of those answered after the phase's end: it is what the balances must add up to.
 */
public final class Tally {

  private static final long LATENCY_MIN_NS = 1_000;
  private static final long LATENCY_MAX_NS = 60_000_000_000L;
  private static final int DIGITS = 3;

  private final Histogram latencies = new Histogram(LATENCY_MIN_NS, LATENCY_MAX_NS, DIGITS);
  private long acknowledgedMinor;
  private long failures;
  private @Nullable String firstFailure;
  private List<Long> operationsPerSecond = List.of();

  /** An operation that was answered in time. */
  public void answered(long latencyNs, long amountMinor) {
    latencies.recordValue(Math.min(Math.max(latencyNs, 0), LATENCY_MAX_NS));
    acknowledgedMinor += amountMinor;
  }

  /** An operation that was answered after the end of the phase: applied, but not measured. */
  public void answeredLate(long amountMinor) {
    acknowledgedMinor += amountMinor;
  }

  /** An operation whose outcome is an error or unknown. */
  public void failed(Throwable failure) {
    failed(failure.toString());
  }

  public void failed(String failure) {
    failures++;
    if (firstFailure == null) {
      firstFailure = failure;
    }
  }

  /** Adds what another caller saw. */
  public void merge(Tally other) {
    latencies.add(other.latencies);
    acknowledgedMinor += other.acknowledgedMinor;
    failures += other.failures;
    if (firstFailure == null) {
      firstFailure = other.firstFailure;
    }
  }

  /** Notes what was sampled while the callers worked. */
  public void operationsPerSecond(List<Long> samples) {
    operationsPerSecond = List.copyOf(samples);
  }

  public long operations() {
    return latencies.getTotalCount();
  }

  public double percentileUs(double percentile) {
    return operations() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1e3;
  }

  public double maxUs() {
    return latencies.getMaxValue() / 1e3;
  }

  public long acknowledgedMinor() {
    return acknowledgedMinor;
  }

  public long failures() {
    return failures;
  }

  public @Nullable String firstFailure() {
    return firstFailure;
  }

  /** Operations answered in each whole second of the phase, in order. */
  public List<Long> operationsPerSecond() {
    return operationsPerSecond;
  }
}
