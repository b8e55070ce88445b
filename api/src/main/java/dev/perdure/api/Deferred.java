package dev.perdure.api;

/**
 * Does later what could not be done when it was asked for. Runs as often as it takes, with the
 * operation id of the step that asked, so that the other side can tell repeats.
 *
 * @param <A> what it is called with, a record: the arguments of the step
 */
@FunctionalInterface
public interface Deferred<A> {

  /** Does it once. A {@link StepRejected} ends it: nothing was done, and nothing will be. */
  void run(A arguments, StepCall call) throws Exception;
}
