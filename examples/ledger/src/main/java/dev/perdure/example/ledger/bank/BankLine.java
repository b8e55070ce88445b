package dev.perdure.example.ledger.bank;

/** A line of a bank's file: a transaction, or something that cannot be read as one. */
public sealed interface BankLine {

  /** Line number in the file, from 1; the header is line 1. */
  long line();

  /**
   * A transaction.
   *
   * @param transaction the bank's id; becomes the operation id
   * @param account the bank's account id
   * @param credit true if money comes in
   * @param amount in haléř, more than 0
   * @param stated the balance that the bank states after it, in haléř
   */
  record Row(
      long line, String transaction, String account, boolean credit, long amount, long stated)
      implements BankLine {

    /** The amount with the sign of its direction. */
    public long signed() {
      return credit ? amount : -amount;
    }
  }

  /**
   * A line that is not a transaction.
   *
   * @param account the account, where it could be read; else empty
   * @param column name of the column at fault; empty if it is the line as a whole
   * @param value what stands there
   * @param reason what is wrong with it
   */
  record Bad(long line, String account, String column, String value, String reason)
      implements BankLine {

    private static final int VALUE_LENGTH_MAX = 60;

    public Bad {
      if (value.length() > VALUE_LENGTH_MAX) {
        value = value.substring(0, VALUE_LENGTH_MAX) + "…";
      }
    }

    /** For people: where and what. */
    public String message() {
      return column.isEmpty()
          ? "line " + line + ": " + reason + ": \"" + value + "\""
          : "line " + line + ", column " + column + ": \"" + value + "\" " + reason;
    }
  }
}
