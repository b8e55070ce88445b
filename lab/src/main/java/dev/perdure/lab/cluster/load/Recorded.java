package dev.perdure.lab.cluster.load;

/**
 * An operation and what its client knows of it in the end.
 *
 * @param client number of the client
 * @param calledNs from when on it may have been executed, on the monotonic clock
 * @param returnedNs when it was answered; {@code Long.MAX_VALUE} if it never was
 */
public record Recorded(
    Operation operation, int client, long calledNs, long returnedNs, Result result) {

  /** True if a change was acknowledged. */
  public boolean acknowledged() {
    return !operation.read() && result.status() == Result.Status.DONE;
  }
}
