package dev.perdure.lab.cluster.load;

/**
 * An operation on its way: how it stands after the attempts so far. Used by one thread at a time.
 */
final class Delivery {

  private static final long NOT_YET = Long.MAX_VALUE;

  private final Operation operation;
  private final int client;
  private long calledNs = NOT_YET;
  private long returnedNs = NOT_YET;
  private Result result = Result.notExecuted("not sent");

  Delivery(Operation operation, int client) {
    this.operation = operation;
    this.client = client;
  }

  Operation operation() {
    return operation;
  }

  int client() {
    return client;
  }

  Result result() {
    return result;
  }

  /**
   * Takes what one more attempt gave. An attempt that certainly did nothing does not count: the
   * operation did not begin with it. Neither does an attempt at a read that was not answered.
   */
  void attempted(long attemptCalledNs, long attemptReturnedNs, Result attempt) {
    if (attempt.isFinal()) {
      calledNs = operation.read() ? attemptCalledNs : Math.min(calledNs, attemptCalledNs);
      returnedNs = attemptReturnedNs;
      result = attempt;
    } else if (attempt.status() == Result.Status.UNKNOWN && !operation.read()) {
      calledNs = Math.min(calledNs, attemptCalledNs);
      result = attempt;
    } else if (result.status() != Result.Status.UNKNOWN) {
      result = Result.notExecuted(attempt.code());
    }
  }

  /** What is known now. */
  Recorded recorded() {
    return new Recorded(operation, client, calledNs, returnedNs, result);
  }
}
