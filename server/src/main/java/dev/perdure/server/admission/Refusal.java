package dev.perdure.server.admission;

import dev.perdure.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not let in; nothing of it was executed.
 *
 * @param detail which limit, of whom
 * @param retryAfterMs when to come again
 * @param pause how long to hold the answer back; then {@link Gate#told} is due
 */
public record Refusal(
    ProblemCode code,
    String detail,
    long retryAfterMs,
    Pause pause,
    @Nullable String policy,
    @Nullable String standing)
    implements Admission {

  /**
   * How long it is held back.
   *
   * @param ms at most; 0 if it is not
   * @param overload whether the node's limit refused it
   */
  public record Pause(int ms, boolean overload) {}
}
