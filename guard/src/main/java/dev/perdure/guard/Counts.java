package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import java.util.Map;

/**
 * What a dependency's guard has counted since it was made.
 *
 * @param calls sent for the first time
 * @param repeats retries and hedges sent
 * @param failed attempts that failed, time-outs among them
 * @param timedOut attempts without an answer in time
 * @param late results that came after their breaker had changed
 * @param overran attempts that went on long after their interrupt
 * @param stale calls answered with an older value
 * @param fallbacks calls answered with what the caller's own code gave instead
 * @param refused by reason; nothing of these was sent
 */
public record Counts(
    long calls,
    long repeats,
    long failed,
    long timedOut,
    long late,
    long overran,
    long stale,
    long fallbacks,
    Map<Reason, Long> refused) {

  /** All that were refused. */
  public long allRefused() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }
}
