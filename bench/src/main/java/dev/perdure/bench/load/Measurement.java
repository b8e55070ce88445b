package dev.perdure.bench.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one target with one number of callers.
 *
 * @param target the target's name
 * @param callers how many callers worked at the same time
 * @param seconds how long was measured
 * @param operations how many operations were answered in that time
 * @param latency what callers waited
 * @param cpu what an operation cost
 * @param operationsPerSecond operations in each second, in order: shows what is sustained and
 *     stalls
 * @param storedBytesPerOperation growth of the target's data; null when unknown
 * @param operationsPerForce operations for each time the target's log was forced to disk; null when
 *     unknown
 * @param failures operations that failed, warm-up included; above zero the other figures are void
 * @param firstFailure what the first of them said
 */
public record Measurement(
    String target,
    int callers,
    double seconds,
    long operations,
    Latency latency,
    Cpu cpu,
    List<Long> operationsPerSecond,
    @Nullable Double storedBytesPerOperation,
    @Nullable Double operationsPerForce,
    long failures,
    @Nullable String firstFailure) {

  public Measurement {
    operationsPerSecond = List.copyOf(operationsPerSecond);
  }

  public double throughput() {
    return operations / seconds;
  }

  /** The fewest operations in a whole second; the throughput when no second was sampled. */
  public double slowestSecond() {
    return operationsPerSecond.stream().mapToDouble(Long::doubleValue).min().orElse(throughput());
  }

  /** Microseconds from the call to the answer. */
  public record Latency(double p50Us, double p99Us, double p999Us, double maxUs) {

    static Latency of(Tally tally) {
      return new Latency(
          tally.percentileUs(50), tally.percentileUs(99), tally.percentileUs(99.9), tally.maxUs());
    }
  }

  /**
   * Microseconds of processor time for each operation.
   *
   * @param benchmarkUs in this process: the callers and what of the target runs beside them
   * @param outsideUs in other processes: a database server, a service
   */
  public record Cpu(double benchmarkUs, double outsideUs) {

    public double totalUs() {
      return benchmarkUs + outsideUs;
    }
  }
}
