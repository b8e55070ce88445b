package dev.perdure.guard;

import dev.perdure.guard.policy.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a call.
 *
 * @param <T> what the call gives
 */
public sealed interface Outcome<T extends @Nullable Object> {

  /** It worked. */
  record Ok<T extends @Nullable Object>(T value) implements Outcome<T> {}

  /**
   * It did not work, and this is an older value instead.
   *
   * @param age since the call that gave the value began
   */
  record Stale<T extends @Nullable Object>(T value, Duration age) implements Outcome<T> {}

  /**
   * It did not work, and this is what the caller's own code gave instead.
   *
   * @param cause what the call failed with, or why it was not sent
   */
  record Fallback<T extends @Nullable Object>(T value, Exception cause) implements Outcome<T> {}

  /** It was not sent: nothing was done. */
  record NotSent<T extends @Nullable Object>(NotSentException cause) implements Outcome<T> {
    /** Why not. */
    public Reason reason() {
      return cause.reason();
    }
  }

  /** It failed. What was done is for the cause to say. */
  record Failed<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

  /** No answer in time: it may have been done. */
  record TimedOut<T extends @Nullable Object>(TimedOutException cause) implements Outcome<T> {}
}
