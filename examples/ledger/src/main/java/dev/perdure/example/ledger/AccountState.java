package dev.perdure.example.ledger;

/**
 * An account as it stands.
 *
 * @param balance in minor units; negative when overdrawn
 * @param currency three capital letters; empty before the account is opened
 * @param status {@link #NEW}, {@link #OPEN} or {@link #CLOSED}
 * @param overdraft_limit how far below zero the balance may go
 */
@SuppressWarnings("MemberName") // a component is named as its field is on the wire
public record AccountState(long balance, String currency, String status, long overdraft_limit) {

  /** Before the first event. */
  public static final String NEW = "new";

  /** Takes deposits and withdrawals. */
  public static final String OPEN = "open";

  /** Takes nothing any more. */
  public static final String CLOSED = "closed";

  static final AccountState INITIAL = new AccountState(0, "", NEW, 0);

  boolean isOpen() {
    return status.equals(OPEN);
  }

  boolean isClosed() {
    return status.equals(CLOSED);
  }

  AccountState withBalance(long other) {
    return new AccountState(other, currency, status, overdraft_limit);
  }

  AccountState close() {
    return new AccountState(balance, currency, CLOSED, overdraft_limit);
  }
}
