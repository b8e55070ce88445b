package dev.perdure.bench.guard;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import dev.failsafe.Timeout;
import java.time.Duration;

/** Failsafe with the same policies, outer to inner in the guard's order. */
final class FailsafeStack {
  private final Integer value = 42;
  private final FailsafeExecutor<Integer> limited;
  private final FailsafeExecutor<Integer> unlimited;

  FailsafeStack() {
    RetryPolicy<Integer> retry = RetryPolicy.<Integer>builder().withMaxAttempts(3).build();
    CircuitBreaker<Integer> breaker =
        CircuitBreaker.<Integer>builder()
            .withFailureRateThreshold(50, 20, Duration.ofSeconds(10))
            .build();
    RateLimiter<Integer> rate =
        RateLimiter.<Integer>burstyBuilder(1_000_000_000, Duration.ofSeconds(1)).build();
    Bulkhead<Integer> bulkhead = Bulkhead.<Integer>builder(200).build();
    Timeout<Integer> timeout =
        Timeout.<Integer>builder(Duration.ofSeconds(1)).withInterrupt().build();
    unlimited = Failsafe.with(retry, breaker, rate, bulkhead);
    limited = unlimited.compose(timeout);
  }

  Integer call() {
    return limited.get(() -> value);
  }

  Integer callWithoutTimeout() {
    return unlimited.get(() -> value);
  }
}
