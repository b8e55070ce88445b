package dev.perdure.example.ledger;

import org.jspecify.annotations.Nullable;

/** What can be asked of an account. Components are named as the fields are on the wire. */
public sealed interface AccountCommand {

  /**
   * Opens the account.
   *
   * @param currency three capital letters; the account keeps it for life
   * @param overdraft_limit how far below zero the balance may go, in minor units; 0 if left out
   */
  @SuppressWarnings("MemberName") // a component is named as its field is on the wire
  record Open(String currency, @Nullable Long overdraft_limit) implements AccountCommand {
    public Open {
      if (currency == null) {
        throw new IllegalArgumentException(
            "currency is missing; three capital letters such as CZK are needed");
      }
      Money.checkCurrency(currency);
      if (overdraft_limit != null) {
        Money.checkOverdraftLimit(overdraft_limit);
      }
    }
  }

  /**
   * Pays in. The first deposit opens an account that is not open.
   *
   * @param amount minor units, 1 to {@link Money#MAX}
   * @param currency must be the account's if given
   */
  record Deposit(long amount, @Nullable String currency) implements AccountCommand {
    public Deposit {
      Money.checkAmount(amount);
      if (currency != null) {
        Money.checkCurrency(currency);
      }
    }
  }

  /**
   * Takes out.
   *
   * @param amount minor units, 1 to {@link Money#MAX}
   * @param currency must be the account's if given
   */
  record Withdraw(long amount, @Nullable String currency) implements AccountCommand {
    public Withdraw {
      Money.checkAmount(amount);
      if (currency != null) {
        Money.checkCurrency(currency);
      }
    }
  }

  /**
   * Takes out what goes to another account; the reply says in which currency, so that the other one
   * is paid in the same.
   *
   * @param amount minor units, 1 to {@link Money#MAX}
   */
  record Send(long amount) implements AccountCommand {
    public Send {
      Money.checkAmount(amount);
    }
  }

  /** Closes an account whose balance is zero, for ever. */
  record Close() implements AccountCommand {}
}
