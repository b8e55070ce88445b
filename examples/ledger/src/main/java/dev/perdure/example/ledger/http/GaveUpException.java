package dev.perdure.example.ledger.http;

/** The node could not be reached for longer than was allowed, or the caller asked to stop. */
public final class GaveUpException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean stopped;

  /** Says why; {@code stopped} if it was the caller's wish. */
  public GaveUpException(String message, boolean stopped) {
    super(message);
    this.stopped = stopped;
  }

  /** True if it was the caller's wish. */
  public boolean stopped() {
    return stopped;
  }
}
