package dev.perdure.bench.guard;

import dev.failsafe.FailsafeException;
import dev.perdure.guard.Call;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Time of a call that gives its value at once, under each guard. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuardBenchmark {

  /** Perdure's. */
  @State(Scope.Benchmark)
  public static class Own {
    private final OwnStack stack = new OwnStack();
    private final Call call = Call.idempotent();
    private final Call ofTenant = Call.idempotent().tenant("tenant-7");
  }

  /** Resilience4j. */
  @State(Scope.Benchmark)
  public static class Resilience {
    private final ResilienceStack stack = new ResilienceStack();
  }

  /** Failsafe. */
  @State(Scope.Benchmark)
  public static class Failsafe {
    private final FailsafeStack stack = new FailsafeStack();
  }

  /** The parts that libraries would have been taken for. */
  @State(Scope.Benchmark)
  public static class Parts {
    private final LimitParts parts = new LimitParts();
  }

  /** Nothing around it. */
  @Benchmark
  public Integer nothing(Own own) {
    return own.stack.value();
  }

  /** Breaker, retry, rate, adaptive concurrency, attempt and total time. */
  @Benchmark
  public Integer guard(Own own) {
    return own.stack.call(own.call);
  }

  /** The same for one of eight tenants: its breaker, and the dependency's by vote. */
  @Benchmark
  public Integer guardOfTenants(Own own) {
    return own.stack.call(own.ofTenant);
  }

  /** Retry, breaker, rate limiter, bulkhead and time limiter. */
  @Benchmark
  public Integer resilience4j(Resilience resilience) throws Exception {
    return resilience.stack.call();
  }

  /** The same without a time limiter: a call that hangs is not stopped. */
  @Benchmark
  public Integer resilience4jWithoutTimeLimit(Resilience resilience) throws Exception {
    return resilience.stack.callWithoutTimeLimit();
  }

  /** Retry, breaker, rate limiter, bulkhead and timeout with interrupt. */
  @Benchmark
  public Integer failsafe(Failsafe failsafe) throws FailsafeException {
    return failsafe.stack.call();
  }

  /** The same without a timeout. */
  @Benchmark
  public Integer failsafeWithoutTimeout(Failsafe failsafe) throws FailsafeException {
    return failsafe.stack.callWithoutTimeout();
  }

  /** One permit of Perdure's rate limit. */
  @Benchmark
  public boolean rateGuard(Parts parts) {
    return parts.parts.gcra();
  }

  /** One permit of Bucket4j. */
  @Benchmark
  public boolean rateBucket4j(Parts parts) {
    return parts.parts.bucket4j();
  }

  /** One permit of Perdure's adaptive limit, taken, given back, learnt from. */
  @Benchmark
  public boolean limitGuard(Parts parts) {
    return parts.parts.underWay();
  }

  /** The same of Netflix concurrency-limits. */
  @Benchmark
  public boolean limitNetflix(Parts parts) {
    return parts.parts.netflix();
  }
}
