package dev.perdure.api;

import java.time.Duration;
import java.util.Optional;

/**
 * Undoes a step outside of entities. May be called more than once for the same step.
 *
 * @param arguments the class that the recorded arguments are read as
 * @param handler does it; what it throws is a failed attempt
 * @param dependency what it calls outside; empty for that of the step that it undoes, or, if that
 *     step called none, for its own name
 * @param <A> the arguments of {@link Undo#call}
 */
public record Compensation<A>(Class<A> arguments, Handler<A> handler, String dependency) {

  /** A compensation. */
  public static <A> Compensation<A> of(Class<A> arguments, Handler<A> handler) {
    return new Compensation<>(arguments, handler, "");
  }

  /** The same that calls something else than the step that it undoes. */
  public Compensation<A> through(String name) {
    return new Compensation<>(arguments, handler, name);
  }

  /**
   * Undoes.
   *
   * @param <A> the arguments
   */
  @FunctionalInterface
  public interface Handler<A> {
    void undo(A arguments, Undoing undoing) throws Exception;
  }

  /** What is being undone. */
  public interface Undoing {

    /** The operation id of the step that is undone. */
    String stepOperationId();

    /** The same for every attempt to undo it. */
    String operationId();

    /** How long this attempt may take. */
    Duration remaining();

    /** False if nobody knows whether the step was done. */
    boolean known();

    /** What the step gave; empty if that is not known or was nothing. */
    <R> Optional<R> result(Class<R> type);
  }
}
