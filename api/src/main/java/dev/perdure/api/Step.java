package dev.perdure.api;

import java.time.Duration;

/**
 * A step being described. The first methods say how; each of the others does it, waits until its
 * outcome is recorded, and gives that, at once if it is recorded already.
 *
 * <p>A step that is recorded and reached again with other arguments parks the saga: newer code must
 * not pass the outcome of one thing for that of another.
 */
public interface Step {

  /** What undoes it, should the saga fail after it. Recorded before the step is attempted. */
  Step undo(Undo undo);

  /** How often and how soon it is tried again. */
  Step retry(Retry retry);

  /** How long one attempt may take. */
  Step timeout(Duration timeout);

  /**
   * How to find out what became of an attempt of {@link #call} whose outcome is not known: after a
   * crash, a time-out or an error. Without it the call is repeated under its operation id.
   */
  Step status(StatusQuery<?> query);

  /**
   * A command to an entity of the same tenant, exactly once in effect.
   *
   * @param command the command's record; its name is that of the entity's command
   * @throws StepRejected if the entity rejects it
   */
  <R> R command(String type, String id, Object command, Class<R> reply);

  /**
   * Puts a message on a queue, once, and does not wait for a worker. With {@link
   * QueueMessage#withReplyAs} the worker's result comes as a signal: {@code saga.signal(name, …)}.
   *
   * @param queue its name
   * @throws StepRejected if it is larger than the queue allows
   */
  void send(String queue, QueueMessage message);

  /**
   * A call to something outside, at least once; the other side can tell repeats by {@link
   * StepCall#operationId}.
   *
   * @param dependency what is called, for people and figures
   * @param arguments what it is called with, compared when the step is reached again; JSON
   * @param call does it; runs outside of everything that the saga must not hold up
   * @throws StepRejected if the call threw one: nothing was done, and nothing will be
   * @throws StepFailed if it failed as often as the retry allows
   */
  <R> R call(String dependency, Object arguments, Call<R> call, Class<R> result);

  /** As {@link #call}, without a result. */
  void run(String dependency, Object arguments, Action action);

  /** Starts another saga and does not wait for it. */
  void start(String saga, String id, Object input);

  /**
   * Waits until a saga has ended.
   *
   * @throws StepFailed with its code if it was compensated
   */
  <R> R await(String saga, String id, Class<R> result);

  /** Starts another saga and waits until it has ended, as {@link #await}. */
  <R> R child(String saga, String id, Object input, Class<R> result);

  /**
   * A call to something outside.
   *
   * @param <R> what it gives
   */
  @FunctionalInterface
  interface Call<R> {
    R call(StepCall call) throws Exception;
  }

  /** A call to something outside that gives nothing. */
  @FunctionalInterface
  interface Action {
    void run(StepCall call) throws Exception;
  }
}
