package dev.perdure.bench.pekko;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.bench.pekko.AccountEvent.Deposited;
import dev.perdure.bench.pekko.AccountEvent.Opened;
import org.junit.jupiter.api.Test;

class AccountStateTest {

  @Test
  void remembersAsManyOperationsAsItSays() {
    var state = new AccountState().apply(new Opened(0));
    for (int number = 0; number <= AccountState.OPERATIONS_MAX; number++) {
      state.apply(new Deposited("operation-" + number, 1));
    }
    assertThat(state.balanceMinor()).isEqualTo(AccountState.OPERATIONS_MAX + 1);
    assertThat(state.operation("operation-0")).isNull();
    assertThat(state.operation("operation-1")).isEqualTo(new AccountState.Operation(1, 2));
  }
}
