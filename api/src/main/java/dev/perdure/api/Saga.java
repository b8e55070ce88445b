package dev.perdure.api;

import java.util.Map;

/**
 * A process of several steps that ends completed or compensated, whatever is killed in between.
 *
 * <p>{@code run} is plain code from top to bottom. Everything it does to the world goes through a
 * {@link Step}; what a step gave is recorded. After a crash, on another node or in newer code the
 * method runs again from the top, and steps that are recorded return at once. So it may decide by
 * nothing but its input, what its steps gave, and its context: no clock, no randomness, no I/O and
 * no shared state of its own. What it throws decides what follows:
 *
 * <ul>
 *   <li>a {@link StepRejected} or {@link StepFailed} that it does not catch, or {@link
 *       SagaContext#abort}: what was done is compensated, in reverse;
 *   <li>anything else: the saga is parked, for a person to look at.
 * </ul>
 *
 * <p>The class carries {@link Named}; its name is not that of an entity. A saga object holds no
 * state: one object serves many sagas at once, from many threads.
 *
 * @param <I> the input, a record that is written as a JSON object
 * @param <R> the result, written as JSON; {@link Void} for none
 */
public interface Saga<I, R> {

  /**
   * Runs it, or what is left of it.
   *
   * @return the result; null only if it is {@link Void}
   */
  R run(I input, SagaContext saga) throws Exception;

  /**
   * What undoes a step outside of entities, by the name that {@link Undo#call} gives. A name must
   * stay as long as there are sagas that hold it.
   */
  default Map<String, Compensation<?>> compensations() {
    return Map.of();
  }

  /** What holds for all of its steps that say nothing else. */
  default SagaOptions options() {
    return SagaOptions.defaults();
  }
}
