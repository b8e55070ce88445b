package dev.perdure.api;

import java.util.Objects;

/**
 * Asks the other side what became of a call whose outcome is not known.
 *
 * @param <R> what the call gives
 */
@FunctionalInterface
public interface StatusQuery<R> {

  Status<R> ask(StepCall call) throws Exception;

  /**
   * What the other side says.
   *
   * @param <R> what the call gives
   */
  sealed interface Status<R> {

    /** It took effect. */
    record Done<R>(R result) implements Status<R> {
      public Done {
        Objects.requireNonNull(result, "result");
      }
    }

    /** It did not take effect, and what was sent before never will. */
    record NotDone<R>() implements Status<R> {}

    /** Not known yet. */
    record Unknown<R>() implements Status<R> {}
  }
}
