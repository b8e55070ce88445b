package dev.perdure.api;

import java.util.List;

/**
 * A keyed unit of state and one consistency boundary, written as a pure decider.
 *
 * <p>{@code decide} turns a command into events and a reply, or a rejection; {@code evolve} turns
 * an event into the next state. Both must be pure: no I/O, no clock, no randomness but what {@link
 * Operation} carries, no change of their arguments. The runtime decides once, on the leader, and
 * stores the events; {@code evolve} is run again whenever a state is rebuilt, possibly years later,
 * so it must accept every event it ever produced.
 *
 * <p>{@code S} is an immutable type, usually a record. {@code C} and {@code E} are sealed
 * interfaces of records (or one record each). The class carries {@link Named}, and so does every
 * event record.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public interface Entity<S, C, E> {

  /** The state before the first event. */
  S initial();

  /**
   * Decides one command. May throw: the command then fails alone, with the code {@code
   * decide-failed}, and nothing is stored.
   *
   * @param state the state that every earlier event led to
   * @param command a command that was read and validated by its record's constructor
   * @param operation the facts fixed by the leader for this command
   */
  Decision<E> decide(S state, C command, Operation operation);

  /** The state after {@code event}. Must not fail for any event that was ever stored. */
  S evolve(S state, E event);

  /** Version of the state's shape; raise it when the meaning of the state changes. */
  default int version() {
    return 1;
  }

  /** How events stored by older code are read; see {@link Upcaster}. */
  default List<Upcaster> upcasters() {
    return List.of();
  }

  /** How state checkpoints of older entity versions are read; without one they are refolded. */
  default List<Migration<S>> migrations() {
    return List.of();
  }
}
