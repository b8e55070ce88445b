package dev.perdure.example.ledger;

import java.util.regex.Pattern;

/** Bounds of money in minor units (haléř, cents): whole numbers that every JSON reader keeps. */
public final class Money {

  /** Largest amount, balance and overdraft limit: 2^53 − 1, the largest safe integer of JSON. */
  public static final long MAX = (1L << 53) - 1;

  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  private Money() {}

  /** Refuses what is not an amount. */
  static void checkAmount(long amount) {
    if (amount < 1 || amount > MAX) {
      throw new IllegalArgumentException(
          "amount is "
              + amount
              + "; a whole number of minor units from 1 to "
              + MAX
              + " is needed");
    }
  }

  /** Refuses what is not a currency code of ISO 4217's shape. */
  static void checkCurrency(String currency) {
    if (!CURRENCY.matcher(currency).matches()) {
      throw new IllegalArgumentException(
          "currency is '" + currency + "'; three capital letters such as CZK are needed");
    }
  }

  /** Refuses what is not an overdraft limit. */
  static void checkOverdraftLimit(long limit) {
    if (limit < 0 || limit > MAX) {
      throw new IllegalArgumentException(
          "overdraft_limit is "
              + limit
              + "; a whole number of minor units from 0 to "
              + MAX
              + " is needed");
    }
  }
}
