package dev.perdure.api;

/**
 * Refused by the rules of the other side: nothing was done. A call throws it, too, to say so of
 * something outside; it is not tried again then.
 */
public final class StepRejected extends StepException {

  private static final long serialVersionUID = 1;

  public StepRejected(String code, String detail) {
    super(code, detail);
  }
}
