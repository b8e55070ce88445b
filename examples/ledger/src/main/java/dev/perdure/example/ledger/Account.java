package dev.perdure.example.ledger;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.example.ledger.AccountCommand.Close;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Open;
import dev.perdure.example.ledger.AccountCommand.Send;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.AccountEvent.Closed;
import dev.perdure.example.ledger.AccountEvent.Deposited;
import dev.perdure.example.ledger.AccountEvent.Opened;
import dev.perdure.example.ledger.AccountEvent.Withdrawn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a bank account. A command is checked in this order: is the account closed, is it
 * open, is the currency its own, does the money suffice.
 */
@Named("account")
public final class Account implements Entity<AccountState, AccountCommand, AccountEvent> {

  /** The balance after a command. */
  public record Reply(long balance) {}

  /** The balance after something was sent, and what it is in. */
  public record SentReply(long balance, String currency) {}

  private final String defaultCurrency;

  /**
   * The entity.
   *
   * @param defaultCurrency of accounts that a deposit without a currency opens
   */
  public Account(String defaultCurrency) {
    Money.checkCurrency(defaultCurrency);
    this.defaultCurrency = defaultCurrency;
  }

  @Override
  public AccountState initial() {
    return AccountState.INITIAL;
  }

  @Override
  public Decision<AccountEvent> decide(
      AccountState state, AccountCommand command, Operation operation) {
    if (state.isClosed()) {
      return Decision.reject("account-closed", "The account is closed; nothing can be done to it.");
    }
    return switch (command) {
      case Open open -> open(state, open);
      case Deposit deposit -> deposit(state, deposit);
      case Withdraw withdraw -> withdraw(state, withdraw);
      case Send send -> send(state, send);
      case Close close -> close(state);
    };
  }

  private static Decision<AccountEvent> open(AccountState state, Open open) {
    if (state.isOpen()) {
      return Decision.reject("already-open", "The account is open, in " + state.currency() + ".");
    }
    Long limit = open.overdraft_limit();
    return Decision.accept(new Opened(open.currency(), limit == null ? 0 : limit), new Reply(0));
  }

  private Decision<AccountEvent> deposit(AccountState state, Deposit deposit) {
    if (!state.isOpen()) {
      String currency = deposit.currency() == null ? defaultCurrency : deposit.currency();
      return Decision.accept(
          List.of(new Opened(currency, 0), new Deposited(deposit.amount())),
          new Reply(deposit.amount()));
    }
    if (differs(state, deposit.currency())) {
      return currencyMismatch(state, deposit.currency());
    }
    if (state.balance() > Money.MAX - deposit.amount()) {
      return Decision.reject(
          "balance-overflow",
          "The balance is %d; with %d it would exceed the limit of %d."
              .formatted(state.balance(), deposit.amount(), Money.MAX));
    }
    long balance = state.balance() + deposit.amount();
    return Decision.accept(new Deposited(deposit.amount()), new Reply(balance));
  }

  private static Decision<AccountEvent> withdraw(AccountState state, Withdraw withdraw) {
    if (!state.isOpen()) {
      return notOpen();
    }
    if (differs(state, withdraw.currency())) {
      return currencyMismatch(state, withdraw.currency());
    }
    long balance = state.balance() - withdraw.amount();
    if (balance < -state.overdraft_limit()) {
      return insufficientFunds(state, withdraw.amount());
    }
    return Decision.accept(new Withdrawn(withdraw.amount()), new Reply(balance));
  }

  private static Decision<AccountEvent> send(AccountState state, Send send) {
    if (!state.isOpen()) {
      return notOpen();
    }
    long balance = state.balance() - send.amount();
    if (balance < -state.overdraft_limit()) {
      return insufficientFunds(state, send.amount());
    }
    return Decision.accept(
        new Withdrawn(send.amount()), new SentReply(balance, String.valueOf(state.currency())));
  }

  private static Decision<AccountEvent> insufficientFunds(AccountState state, long amount) {
    return Decision.reject(
        "insufficient-funds",
        "The balance is %d and the overdraft limit %d; %d cannot be withdrawn."
            .formatted(state.balance(), state.overdraft_limit(), amount));
  }

  private static Decision<AccountEvent> close(AccountState state) {
    if (!state.isOpen()) {
      return notOpen();
    }
    if (state.balance() != 0) {
      return Decision.reject(
          "not-empty",
          "The balance is %d; only an account with a balance of 0 can be closed."
              .formatted(state.balance()));
    }
    return Decision.accept(new Closed(), new Reply(0));
  }

  private static boolean differs(AccountState state, @Nullable String currency) {
    return currency != null && !currency.equals(state.currency());
  }

  private static Decision<AccountEvent> currencyMismatch(
      AccountState state, @Nullable String currency) {
    return Decision.reject(
        "currency-mismatch",
        "The account is in %s, the command in %s.".formatted(state.currency(), currency));
  }

  private static Decision<AccountEvent> notOpen() {
    return Decision.reject(
        "account-not-open", "The account was never opened; open it or deposit into it first.");
  }

  @Override
  public AccountState evolve(AccountState state, AccountEvent event) {
    return switch (event) {
      case Opened opened ->
          new AccountState(0, opened.currency(), AccountState.OPEN, opened.overdraft_limit());
      case Deposited deposited -> state.withBalance(state.balance() + deposited.amount());
      case Withdrawn withdrawn -> state.withBalance(state.balance() - withdrawn.amount());
      case Closed closed -> state.close();
    };
  }
}
