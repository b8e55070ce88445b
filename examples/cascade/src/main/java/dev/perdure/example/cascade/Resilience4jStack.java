package dev.perdure.example.cascade;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Resilience4j, composed in the order that its manual documents: retry around circuit breaker
 * around time limiter around bulkhead, each with its documented defaults, but for what would be
 * unfair or what everybody is told to change:
 *
 * <ul>
 *   <li>a breaker stays open for 1 s, doubling to 5 s while probes fail, as Perdure's does here;
 *       not always for 60 s;
 *   <li>pauses between attempts grow and are random, by the library's own function;
 *   <li>what breaker and bulkhead refuse is not tried again.
 * </ul>
 */
final class Resilience4jStack implements Stack {
  private static final IntervalFunction OPEN =
      IntervalFunction.ofExponentialRandomBackoff(Stack.OPEN_FIRST, 2, 0.2, Stack.OPEN_LONGEST);

  /** The time limiter needs a future. */
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** An answer that says that the service is ill. */
  private static final class IllException extends IOException {
    private static final long serialVersionUID = 1;

    IllException(int status) {
      super("status " + status);
    }
  }

  @Override
  public Line line(String to, HttpClient http, URI at) {
    Retry retry =
        Retry.of(
            to,
            RetryConfig.custom()
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff())
                .ignoreExceptions(CallNotPermittedException.class, BulkheadFullException.class)
                .build());
    CircuitBreaker breaker =
        CircuitBreaker.of(
            to, CircuitBreakerConfig.custom().waitIntervalFunctionInOpenState(OPEN).build());
    TimeLimiter time = TimeLimiter.ofDefaults(to);
    Bulkhead bulkhead = Bulkhead.ofDefaults(to);
    HttpRequest request = HttpRequest.newBuilder(at).build();
    Callable<Integer> send =
        () -> {
          int status = http.send(request, BodyHandlers.discarding()).statusCode();
          if (Stack.ill(status)) {
            throw new IllException(status);
          }
          return status;
        };
    Callable<Integer> admitted = Bulkhead.decorateCallable(bulkhead, send);
    Callable<Integer> timed =
        TimeLimiter.decorateFutureSupplier(time, () -> threads.submit(admitted));
    return Retry.decorateCallable(retry, CircuitBreaker.decorateCallable(breaker, timed))::call;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
