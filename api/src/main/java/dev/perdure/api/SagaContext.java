package dev.perdure.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What a saga's code may use. Everything that has a name is a step and recorded under it; a name
 * that is used twice needs a key. Only for the thread that runs {@link Saga#run}, and for the
 * branches of {@link #parallel}.
 */
public interface SagaContext {

  /** The saga's id. */
  String id();

  /** When the last step that this code has passed had ended; when the saga began before that. */
  Instant time();

  /** A generator that gives the same numbers at this place whenever the code runs again. */
  SplittableRandom random();

  /**
   * Begins to describe a step.
   *
   * @param name 1 to 63 characters of {@code a-z 0-9 - _ .}, beginning with a letter
   */
  default Step step(String name) {
    return step(name, "");
  }

  /**
   * Begins to describe a step that is repeated, in a loop or in parallel.
   *
   * @param key tells it from others of this name; at most 127 characters
   */
  Step step(String name, String key);

  /** Sleeps, for seconds or months; costs no thread. */
  void sleep(String name, Duration duration);

  /** Sleeps until a time. */
  void sleepUntil(String name, Instant until);

  /**
   * Waits for a signal of this name. One that came earlier, and that nobody took, is taken.
   *
   * @param type the signal's body is read as this
   * @return empty if none came in time
   */
  default <T> Optional<T> signal(String name, Class<T> type, Duration timeout) {
    return signal(name, "", type, timeout);
  }

  /** Waits for one of several signals of this name, in the order in which they come. */
  <T> Optional<T> signal(String name, String key, Class<T> type, Duration timeout);

  /**
   * Runs branches at the same time and waits for all of them. If some fail, the first of these in
   * the list fails the whole, when all have ended.
   *
   * @return what the branches gave, in their order
   */
  <T> List<T> parallel(List<? extends Supplier<? extends T>> branches);

  /**
   * Ends the saga by compensating what it did. Write {@code throw saga.abort(…)}.
   *
   * @param code stable, for programs: as of a {@link Rejection}
   * @param reason for people
   */
  RuntimeException abort(String code, String reason);
}
