package dev.perdure.bench.guard;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.perdure.guard.limit.CallsUnderWay;
import dev.perdure.guard.limit.Gcra;
import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Priority;
import dev.perdure.guard.policy.Rate;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Optional;

/** Rate and concurrency by themselves. */
final class LimitParts {
  private static final int CALLS = 1_000_000_000;

  private final Gcra.Pace pace = new Gcra.Pace(Rate.perSecond(CALLS, 1_000_000));
  private final Gcra gcra = new Gcra(System.nanoTime());
  private final Bucket bucket =
      Bucket.builder()
          .addLimit(limit -> limit.capacity(CALLS).refillGreedy(CALLS, Duration.ofSeconds(1)))
          .withNanosecondPrecision()
          .build();
  private final CallsUnderWay underWay =
      new CallsUnderWay(Concurrency.defaults(), System.nanoTime());
  private final Limiter<Object> netflix =
      SimpleLimiter.newBuilder().limit(Gradient2Limit.newDefault()).build();

  boolean gcra() {
    return gcra.tryTake(pace, System.nanoTime());
  }

  boolean bucket4j() {
    return bucket.tryConsume(1);
  }

  boolean underWay() {
    long start = System.nanoTime();
    if (!underWay.tryBegin(Priority.NORMAL)) {
      return false;
    }
    underWay.end(Priority.NORMAL);
    long now = System.nanoTime();
    underWay.learn(now - start, now);
    return true;
  }

  boolean netflix() {
    Optional<Limiter.Listener> permit = netflix.acquire("bench");
    permit.ifPresent(Limiter.Listener::onSuccess);
    return permit.isPresent();
  }
}
