package dev.perdure.bench.guard;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Resilience4j, composed as its manual does: retry around breaker around rate limiter around time
 * limiter around bulkhead. The time limiter needs a future: a virtual thread for each call.
 */
final class ResilienceStack {
  private final Integer value = 42;
  private final Callable<Integer> limited;
  private final Callable<Integer> unlimited;

  ResilienceStack() {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "bench",
            CircuitBreakerConfig.custom()
                .slidingWindow(10, 20, SlidingWindowType.TIME_BASED)
                .failureRateThreshold(50)
                .build());
    Bulkhead bulkhead =
        Bulkhead.of(
            "bench",
            BulkheadConfig.custom().maxConcurrentCalls(200).maxWaitDuration(Duration.ZERO).build());
    RateLimiter rate =
        RateLimiter.of(
            "bench",
            RateLimiterConfig.custom()
                .limitForPeriod(1_000_000_000)
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .timeoutDuration(Duration.ZERO)
                .build());
    Retry retry = Retry.of("bench", RetryConfig.custom().maxAttempts(3).build());
    TimeLimiter time =
        TimeLimiter.of(TimeLimiterConfig.custom().timeoutDuration(Duration.ofSeconds(1)).build());
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    Callable<Integer> inner = Bulkhead.decorateCallable(bulkhead, () -> value);
    Callable<Integer> timed = TimeLimiter.decorateFutureSupplier(time, () -> threads.submit(inner));
    limited = decorated(retry, breaker, rate, timed);
    unlimited = decorated(retry, breaker, rate, inner);
  }

  private static Callable<Integer> decorated(
      Retry retry, CircuitBreaker breaker, RateLimiter rate, Callable<Integer> inner) {
    return Retry.decorateCallable(
        retry, CircuitBreaker.decorateCallable(breaker, RateLimiter.decorateCallable(rate, inner)));
  }

  Integer call() throws Exception {
    return limited.call();
  }

  Integer callWithoutTimeLimit() throws Exception {
    return unlimited.call();
  }
}
