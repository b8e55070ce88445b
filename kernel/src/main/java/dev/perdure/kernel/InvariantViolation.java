package dev.perdure.kernel;

/** A broken invariant: a bug of ours, or memory that cannot be trusted. */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvariantViolation(String message) {
    super(message);
  }
}
