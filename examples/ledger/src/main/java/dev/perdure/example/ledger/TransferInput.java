package dev.perdure.example.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What is to be transferred.
 *
 * @param from account that pays
 * @param to account that is paid; a first deposit opens it
 * @param amount minor units, 1 to {@link Money#MAX}
 * @param reference for people, at most 140 characters
 */
public record TransferInput(String from, String to, long amount, @Nullable String reference) {

  private static final int REFERENCE_LENGTH_MAX = 140;

  public TransferInput {
    if (from == null || from.isEmpty() || to == null || to.isEmpty()) {
      throw new IllegalArgumentException("from or to is missing; two account ids are needed");
    }
    if (from.equals(to)) {
      throw new IllegalArgumentException(
          "from and to are both '" + from + "'; two different accounts are needed");
    }
    Money.checkAmount(amount);
    if (reference != null && reference.length() > REFERENCE_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "reference is %d characters long; %d are allowed"
              .formatted(reference.length(), REFERENCE_LENGTH_MAX));
    }
  }
}
