package dev.perdure.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SteadyTest {

  private static final long SECOND = 1_000_000_000L;

  private final Steady steady = new Steady(Duration.ofSeconds(2), Duration.ofSeconds(10));

  @Test
  void isRaisedWhenTheCauseStoodAndTakenBackWhenItWasLongGone() {
    assertThat(steady.seen(1, 0)).isFalse();
    assertThat(steady.seen(5, SECOND)).isFalse();
    assertThat(steady.seen(1, 2 * SECOND)).isTrue();
    assertThat(steady.stands()).isTrue();
    assertThat(steady.seen(0, 3 * SECOND)).isFalse();
    assertThat(steady.seen(0, 12 * SECOND)).isFalse();
    assertThat(steady.stands()).isTrue();
    assertThat(steady.seen(0, 13 * SECOND)).isTrue();
    assertThat(steady.stands()).isFalse();
  }

  @Test
  void staysAsItIsBetweenTheBoundsAndDoesNotFlap() {
    for (int i = 0; i < 100; i++) {
      assertThat(steady.seen(i % 2 == 0 ? 3 : 0.9, i * SECOND)).isFalse();
    }
    steady.seen(1, 200 * SECOND);
    assertThat(steady.seen(1, 202 * SECOND)).isTrue();
    for (int i = 203; i < 400; i++) {
      assertThat(steady.seen(i % 9 == 0 ? 0.8 : 0.1, i * SECOND)).isFalse();
    }
    assertThat(steady.stands()).isTrue();
  }
}
