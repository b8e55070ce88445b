package dev.perdure.kernel;

/** A refusal or failure with a stable code. Cheap: it carries no stack trace. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ProblemCode code;

  /**
   * A problem.
   *
   * @param detail what happened, which value, which limit; never a class name or a path
   */
  public ProblemException(ProblemCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public ProblemCode code() {
    return code;
  }

  /** The detail, never null. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
