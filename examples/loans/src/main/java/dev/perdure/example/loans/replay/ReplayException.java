package dev.perdure.example.loans.replay;

/** A replay that cannot go on. The message says what to do. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean unavailable;

  /** One that a repeat does not help. */
  public ReplayException(String message) {
    this(message, false);
  }

  ReplayException(String message, boolean unavailable) {
    super(message);
    this.unavailable = unavailable;
  }

  /** True if a node did not answer for longer than was allowed. */
  public boolean unavailable() {
    return unavailable;
  }
}
