package dev.perdure.bench.load;

import dev.perdure.kernel.Check;
import java.time.Duration;

/**
 * One stretch of load, a warm-up or a measurement.
 *
 * @param callers how many callers work at the same time, each on one operation
 * @param accounts how many accounts they choose from, uniformly
 * @param length how long operations are started for
 * @param streams where each caller's accounts, amounts and operation ids come from
 */
public record Phase(int callers, int accounts, Duration length, OperationStreams streams) {

  public Phase {
    Check.argument(
        callers >= 1 && callers <= OperationStreams.CALLERS_MAX,
        "callers is %d; it must be from 1 to %d".formatted(callers, OperationStreams.CALLERS_MAX));
    Check.argument(accounts >= 1, "accounts is %d; it must be at least 1".formatted(accounts));
    Check.argument(length.isPositive(), "length is %s; it must be positive".formatted(length));
  }
}
