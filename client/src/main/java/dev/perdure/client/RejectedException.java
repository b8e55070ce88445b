package dev.perdure.client;

/** A command was rejected, and its caller had expected that it would not be. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Answer.Rejected rejected;

  RejectedException(Answer.Rejected rejected) {
    super(rejected.code() + ": " + rejected.detail());
    this.rejected = rejected;
  }

  public Answer.Rejected rejected() {
    return rejected;
  }
}
