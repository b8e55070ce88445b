package dev.perdure.client;

/**
 * The deadline passed and nobody could say whether the command was executed. To find out, send it
 * again under the same operation id, or ask for the operation.
 */
public final class OutcomeUnknownException extends PerdureException {
  private static final long serialVersionUID = 1;

  private final String operationId;

  OutcomeUnknownException(Failure failure, String operationId) {
    super(
        new Failure(
            failure.status(),
            failure.code(),
            failure.detail() + " (operation " + operationId + " may have been executed)"));
    this.operationId = operationId;
  }

  /** Under which it is repeated or asked for. */
  public String operationId() {
    return operationId;
  }
}
