package dev.perdure.server.admission;

import dev.perdure.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not let in; nothing of it was executed.
 *
 * @param detail which limit, of whom
 * @param retryAfterMs when to come again
 * @param pauseMs how long to hold the answer back; then {@link Gate#told} is due
 */
public record Refusal(
    ProblemCode code,
    String detail,
    long retryAfterMs,
    int pauseMs,
    @Nullable String policy,
    @Nullable String standing)
    implements Admission {

  /** The longest pause. */
  public static final int PAUSE_MS_MAX = 1_500;
}
