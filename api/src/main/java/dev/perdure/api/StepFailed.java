package dev.perdure.api;

/** Given up: it failed as often as its retry allows, or the saga that it waited for failed. */
public final class StepFailed extends StepException {

  private static final long serialVersionUID = 1;

  public StepFailed(String code, String detail) {
    super(code, detail);
  }
}
