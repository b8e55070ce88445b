package dev.perdure.guard;

import dev.perdure.guard.breaker.Generation;
import dev.perdure.guard.policy.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Told what a guard does, for metrics and logs. Called on the threads of callers: must be quick.
 * What it throws is ignored.
 */
public interface GuardListener {

  /** Hears nothing. */
  GuardListener NONE = new GuardListener() {};

  /** An attempt ended; {@code verdict} is null when it says nothing on the dependency. */
  default void ended(Attempt attempt, @Nullable Verdict verdict, Duration took) {}

  /** Does this listener want {@link #ended}? It costs every call a little. */
  default boolean hearsEveryAttempt() {
    return false;
  }

  /** A call was refused here. */
  default void refused(String dependency, Reason reason, @Nullable String tenant) {}

  /** A call failed or was refused, and the caller's own code gave something instead. */
  default void fellBack(String dependency, Exception cause) {}

  /** An attempt after the first begins: a retry, or a hedge. */
  default void repeated(String dependency, int attempt) {}

  /**
   * A breaker has changed.
   *
   * @param tenant empty for the one of calls without a tenant; null for the dependency's, by vote
   */
  default void breaker(String dependency, @Nullable String tenant, Generation now) {}

  /** A result came after its breaker had changed, and counted for nothing. */
  default void late(String dependency) {}

  /** A call still runs although it was interrupted some time ago. */
  default void overran(String dependency, Thread thread) {}
}
