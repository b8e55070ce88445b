package dev.perdure.bench.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.Call;
import org.junit.jupiter.api.Test;

/** What is measured is what it says. */
class GuardBenchmarkTest {

  @Test
  void everyStackGivesItsValueAndEveryPartAPermit() throws Exception {
    ResilienceStack resilience = new ResilienceStack();
    FailsafeStack failsafe = new FailsafeStack();
    LimitParts parts = new LimitParts();
    OwnStack own = new OwnStack();
    for (int i = 0; i < 1_000; i++) {
      assertThat(own.call(Call.idempotent())).isEqualTo(42);
      assertThat(resilience.call()).isEqualTo(42);
      assertThat(resilience.callWithoutTimeLimit()).isEqualTo(42);
      assertThat(failsafe.call()).isEqualTo(42);
      assertThat(failsafe.callWithoutTimeout()).isEqualTo(42);
      assertThat(parts.gcra()).isTrue();
      assertThat(parts.bucket4j()).isTrue();
      assertThat(parts.underWay()).isTrue();
      assertThat(parts.netflix()).isTrue();
    }
  }
}
