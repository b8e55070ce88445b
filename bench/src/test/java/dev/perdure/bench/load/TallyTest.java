package dev.perdure.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final Percentage DIGITS = Percentage.withPercentage(0.1);

  @Test
  void mergesLatenciesOfCallersIntoOneDistribution() {
    Tally fast = new Tally();
    for (int operation = 0; operation < 990; operation++) {
      fast.answered(1_000_000, 1);
    }
    Tally slow = new Tally();
    for (int operation = 0; operation < 10; operation++) {
      slow.answered(50_000_000, 2);
    }
    Tally all = new Tally();
    all.merge(fast);
    all.merge(slow);
    assertThat(all.operations()).isEqualTo(1_000);
    assertThat(all.percentileUs(50)).isCloseTo(1_000, DIGITS);
    assertThat(all.percentileUs(99)).isCloseTo(1_000, DIGITS);
    assertThat(all.percentileUs(99.9)).isCloseTo(50_000, DIGITS);
    assertThat(all.maxUs()).isCloseTo(50_000, DIGITS);
    assertThat(all.acknowledgedMinor()).isEqualTo(990 + 20);
  }

  @Test
  void countsALateAnswerAsAppliedButNotAsMeasured() {
    Tally tally = new Tally();
    tally.answeredLate(5);
    assertThat(tally.operations()).isZero();
    assertThat(tally.acknowledgedMinor()).isEqualTo(5);
    assertThat(tally.percentileUs(99)).isZero();
  }

  @Test
  void countsALatencyBeyondItsRangeAsTheLargest() {
    Tally tally = new Tally();
    tally.answered(3_600_000_000_000L, 1);
    assertThat(tally.maxUs()).isCloseTo(60_000_000, DIGITS);
  }

  @Test
  void keepsTheFirstFailure() {
    Tally tally = new Tally();
    tally.failed(new IllegalStateException("first"));
    tally.failed(new IllegalStateException("second"));
    Tally all = new Tally();
    all.merge(tally);
    assertThat(all.failures()).isEqualTo(2);
    assertThat(all.firstFailure()).contains("first");
  }
}
