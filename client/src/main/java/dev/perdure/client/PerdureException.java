package dev.perdure.client;

/**
 * A call got no answer from its entity. If it is a command, it is known not to have been executed,
 * unless this is an {@link OutcomeUnknownException}.
 */
public class PerdureException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The code of a failure that no node told. */
  public static final String UNAVAILABLE = "unavailable";

  private final String code;
  private final int status;

  PerdureException(Failure failure) {
    super(failure.code() + ": " + failure.detail());
    this.code = failure.code();
    this.status = failure.status();
  }

  /** The problem's stable code, see the reference of problems; or {@link #UNAVAILABLE}. */
  public String code() {
    return code;
  }

  /** HTTP status; 0 if no node answered. */
  public int status() {
    return status;
  }
}
