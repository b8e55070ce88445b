package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Rate;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a call that works leaves for the collector. Its time is measured in bench. */
class AllocationTest {

  @Test
  void happyPathAllocatesAtMost64Bytes() {
    Dependency dependency =
        Guard.of(Map.of("it", Policy.defaults().with(Rate.perSecond(1_000_000_000, 1_000_000))))
            .dependency("it");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Call call = Call.idempotent().tenant("anna");
    Action<String, RuntimeException> action = attempt -> "value";
    int calls = 200_000;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < calls; i++) {
        if (dependency.call(call, action) == null) {
          throw new AssertionError("a call gave nothing");
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    // A little for buckets that turn while it runs.
    assertThat(least / (double) calls).isLessThan(64.5);
  }
}
