package dev.perdure.server.admission;

import dev.perdure.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * A request that was not let in; nothing of it was executed.
 *
 * @param detail which limit, of whom
 * @param retryAfterMs when to come again
 */
public record Refusal(
    ProblemCode code,
    String detail,
    long retryAfterMs,
    @Nullable String policy,
    @Nullable String standing)
    implements Admission {}
