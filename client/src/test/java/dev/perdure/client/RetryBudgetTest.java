package dev.perdure.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private static int taken(RetryBudget budget, long nowNs) {
    int taken = 0;
    while (budget.take(nowNs)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aShareOfTheCallsMayBeRepeatedAndAFewPerSecondInAnyCase() {
    RetryBudget budget = new RetryBudget(0.1, 5, 0);
    assertThat(taken(budget, 0)).as("of the first second").isEqualTo(5);
    for (int i = 0; i < 205; i++) {
      budget.called();
    }
    assertThat(taken(budget, 0)).as("a tenth of the calls").isEqualTo(20);
    assertThat(taken(budget, 2 * SECOND_NS)).as("of two seconds").isEqualTo(10);
  }

  @Test
  void whatWasSavedUpIsBounded() {
    RetryBudget budget = new RetryBudget(0.1, 5, 0);
    assertThat(taken(budget, 1_000 * SECOND_NS)).isEqualTo(100);
  }
}
