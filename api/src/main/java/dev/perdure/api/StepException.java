package dev.perdure.api;

/** A step did not come to a result. A saga that does not catch it is compensated. */
public abstract sealed class StepException extends RuntimeException
    permits StepRejected, StepFailed {

  private static final long serialVersionUID = 1;

  private final String code;
  private final String detail;

  StepException(String code, String detail) {
    super(code + ": " + detail, null, false, false);
    this.code = new Rejection(code, detail).code();
    this.detail = detail;
  }

  /** Stable, for programs; as of a {@link Rejection}. */
  public String code() {
    return code;
  }

  /** For people. */
  public String detail() {
    return detail;
  }
}
