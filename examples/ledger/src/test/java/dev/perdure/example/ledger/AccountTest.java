package dev.perdure.example.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Decision;
import dev.perdure.api.Decision.Accepted;
import dev.perdure.api.Decision.Rejected;
import dev.perdure.api.Operation;
import dev.perdure.example.ledger.AccountCommand.Close;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Open;
import dev.perdure.example.ledger.AccountCommand.Send;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.AccountEvent.Deposited;
import dev.perdure.example.ledger.AccountEvent.Opened;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AccountTest {

  private static final Operation OPERATION =
      new Operation("default", "a-1", "op-1", "tester", Instant.EPOCH, 1);

  private final Account account = new Account("CZK");
  private AccountState state = account.initial();

  @Test
  void firstDepositOpensAnAccountInTheDefaultCurrency() {
    assertThat(account.decide(state, new Deposit(500, null), OPERATION))
        .isEqualTo(
            Decision.accept(
                java.util.List.of(new Opened("CZK", 0), new Deposited(500)),
                new Account.Reply(500)));
    accepted(new Deposit(500, null));
    assertThat(state).isEqualTo(new AccountState(500, "CZK", AccountState.OPEN, 0));
  }

  @Test
  void firstDepositOpensAnAccountInItsOwnCurrency() {
    accepted(new Deposit(500, "EUR"));
    assertThat(state.currency()).isEqualTo("EUR");
    assertThat(rejected(new Deposit(1, "CZK"))).isEqualTo("currency-mismatch");
    assertThat(rejected(new Withdraw(1, "CZK"))).isEqualTo("currency-mismatch");
    assertThat(accepted(new Deposit(1, "EUR"))).isEqualTo(501);
    assertThat(accepted(new Withdraw(1, null))).isEqualTo(500);
  }

  @Test
  void withdrawsDownToZeroAndNotBelow() {
    accepted(new Deposit(500, null));
    assertThat(rejected(new Withdraw(501, null))).isEqualTo("insufficient-funds");
    assertThat(accepted(new Withdraw(500, null))).isZero();
    assertThat(rejected(new Withdraw(1, null))).isEqualTo("insufficient-funds");
  }

  @Test
  void withdrawsDownToTheOverdraftLimitAndNotBelow() {
    accepted(new Open("CZK", 100L));
    assertThat(accepted(new Withdraw(100, null))).isEqualTo(-100);
    assertThat(rejected(new Withdraw(1, null))).isEqualTo("insufficient-funds");
  }

  @Test
  void opensOnce() {
    accepted(new Open("CZK", null));
    assertThat(rejected(new Open("CZK", null))).isEqualTo("already-open");
    assertThat(state.overdraft_limit()).isZero();
  }

  @Test
  void refusesWhatNeedsAnOpenAccount() {
    assertThat(rejected(new Withdraw(1, null))).isEqualTo("account-not-open");
    assertThat(rejected(new Close())).isEqualTo("account-not-open");
  }

  @Test
  void saysTheCurrencyOfWhatIsSent() {
    assertThat(rejected(new Send(1))).isEqualTo("account-not-open");
    accepted(new Open("EUR", 10L));
    accepted(new Deposit(5, null));
    assertThat(account.decide(state, new Send(15), OPERATION))
        .isEqualTo(
            Decision.accept(new AccountEvent.Withdrawn(15), new Account.SentReply(-10, "EUR")));
    assertThat(rejected(new Send(16))).isEqualTo("insufficient-funds");
    assertThatThrownBy(() -> new Send(0)).hasMessageContaining("amount is 0");
  }

  @Test
  void closesOnlyWhenEmptyAndForEver() {
    accepted(new Deposit(5, null));
    assertThat(rejected(new Close())).isEqualTo("not-empty");
    accepted(new Withdraw(5, null));
    assertThat(accepted(new Close())).isZero();
    assertThat(state.status()).isEqualTo(AccountState.CLOSED);
    assertThat(rejected(new Deposit(1, null))).isEqualTo("account-closed");
    assertThat(rejected(new Withdraw(1, null))).isEqualTo("account-closed");
    assertThat(rejected(new Open("CZK", null))).isEqualTo("account-closed");
    assertThat(rejected(new Close())).isEqualTo("account-closed");
  }

  @Test
  void balanceStaysWithinWhatJsonReadersKeep() {
    assertThat(accepted(new Deposit(Money.MAX, null))).isEqualTo(Money.MAX);
    assertThat(rejected(new Deposit(1, null))).isEqualTo("balance-overflow");
    assertThat(accepted(new Withdraw(1, null))).isEqualTo(Money.MAX - 1);
    assertThat(accepted(new Deposit(1, null))).isEqualTo(Money.MAX);
  }

  @Test
  void largestOverdraftDoesNotOverflow() {
    accepted(new Open("CZK", Money.MAX));
    assertThat(accepted(new Withdraw(Money.MAX, null))).isEqualTo(-Money.MAX);
    assertThat(rejected(new Withdraw(Money.MAX, null))).isEqualTo("insufficient-funds");
  }

  @Test
  void refusesWhatIsNotAnAmount() {
    for (long amount : new long[] {0, -1, Long.MIN_VALUE, Money.MAX + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> new Deposit(amount, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("amount is " + amount)
          .hasMessageContaining("1 to 9007199254740991");
      assertThatThrownBy(() -> new Withdraw(amount, null)).hasMessageContaining("" + amount);
    }
    assertThat(new Deposit(Money.MAX, null).amount()).isEqualTo(9_007_199_254_740_991L);
  }

  @Test
  void refusesWhatIsNotACurrencyOrALimit() {
    assertThatThrownBy(() -> new Open("czk", null)).hasMessageContaining("'czk'");
    assertThatThrownBy(() -> new Open(null, null)).hasMessageContaining("currency is missing");
    assertThatThrownBy(() -> new Open("CZK", -1L)).hasMessageContaining("overdraft_limit is -1");
    assertThatThrownBy(() -> new Open("CZK", Money.MAX + 1)).hasMessageContaining("needed");
    assertThatThrownBy(() -> new Deposit(1, "")).hasMessageContaining("currency is ''");
    assertThatThrownBy(() -> new Withdraw(1, "EURO")).hasMessageContaining("'EURO'");
    assertThatThrownBy(() -> new LedgerService("kč")).hasMessageContaining("'kč'");
  }

  @Test
  void everyStateOfARandomHistoryKeepsTheRules() {
    SplittableRandom random = new SplittableRandom(42);
    for (int history = 0; history < 200; history++) {
      state = account.initial();
      long expected = 0;
      long limit = random.nextBoolean() ? 0 : random.nextLong(1, 1000);
      if (random.nextBoolean()) {
        accepted(new Open("CZK", limit));
      }
      for (int i = 0; i < 100; i++) {
        AccountCommand command =
            random.nextBoolean()
                ? new Deposit(random.nextLong(1, 1000), null)
                : new Withdraw(random.nextLong(1, 1000), null);
        if (decide(command) instanceof Accepted<AccountEvent>) {
          expected += command instanceof Deposit in ? in.amount() : -((Withdraw) command).amount();
        }
        assertThat(state.balance()).isEqualTo(expected);
        assertThat(state.balance()).isGreaterThanOrEqualTo(-state.overdraft_limit());
      }
    }
  }

  private Decision<AccountEvent> decide(AccountCommand command) {
    Decision<AccountEvent> decision = account.decide(state, command, OPERATION);
    if (decision instanceof Accepted<AccountEvent> accepted) {
      for (AccountEvent event : accepted.events()) {
        state = account.evolve(state, event);
      }
      assertThat(accepted.reply()).isEqualTo(new Account.Reply(state.balance()));
    }
    return decision;
  }

  private long accepted(AccountCommand command) {
    assertThat(decide(command)).isInstanceOf(Accepted.class);
    return state.balance();
  }

  private String rejected(AccountCommand command) {
    AccountState before = state;
    Decision<AccountEvent> decision = decide(command);
    assertThat(state).isEqualTo(before);
    return ((Rejected<AccountEvent>) decision).rejection().code();
  }
}
