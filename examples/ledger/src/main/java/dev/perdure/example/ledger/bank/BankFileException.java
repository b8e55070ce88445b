package dev.perdure.example.ledger.bank;

import java.io.IOException;

/** A file that is not one of bank transactions; the message says why. */
public final class BankFileException extends IOException {
  private static final long serialVersionUID = 1;

  public BankFileException(String message) {
    super(message);
  }
}
