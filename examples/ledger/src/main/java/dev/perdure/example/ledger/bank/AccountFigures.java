package dev.perdure.example.ledger.bank;

import dev.perdure.example.ledger.bank.BankLine.Row;

/** What the file says of one account. */
final class AccountFigures {

  private final String account;
  private long rows;
  private long rowsApart;
  private long sum;
  private long stated;
  private boolean statedKnown = true; // an account begins with a balance of 0
  private boolean gap;

  AccountFigures(String account) {
    this.account = account;
  }

  /**
   * Adds a row.
   *
   * @return how the stated balance differs from the previous one and the amount, in haléř; {@link
   *     Long#MAX_VALUE} if the previous one is not known
   */
  long add(Row row) {
    long apart = statedKnown ? Math.abs(stated + row.signed() - row.stated()) : Long.MAX_VALUE;
    rows++;
    sum = Math.addExact(sum, row.signed());
    stated = row.stated();
    statedKnown = true;
    return apart;
  }

  void apart() {
    rowsApart++;
  }

  /** A row of the account could not be read: the next one has nothing to be compared with. */
  void gap() {
    statedKnown = false;
    gap = true;
  }

  String account() {
    return account;
  }

  long rows() {
    return rows;
  }

  /** Rows that do not fit the bank's own figures. */
  long rowsApart() {
    return rowsApart;
  }

  /** Sum of the rows: what the ledger must hold. */
  long sum() {
    return sum;
  }

  /** The balance that the bank states last. */
  long stated() {
    return stated;
  }

  /** True if the bank's own figures of the account fit together and all of them were read. */
  boolean consistent() {
    return rowsApart == 0 && !gap;
  }
}
