package dev.perdure.example.loans.log;

/** A file that is not such a log. The message says where and why. */
public final class LogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LogException(String message) {
    super(message);
  }
}
