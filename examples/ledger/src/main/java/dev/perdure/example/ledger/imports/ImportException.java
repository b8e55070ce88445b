package dev.perdure.example.ledger.imports;

/** An import that cannot go on; repeating does not help. The message says what to do. */
public final class ImportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ImportException(String message) {
    super(message);
  }
}
