package dev.perdure.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** A wake that never comes: the entity stays in the list of those that wait, and that is all. */
  Instant NEVER = Instant.MAX;

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

  /**
   * When the entity wants to be woken; null for not at all, {@link #NEVER} to be listed among those
   * that wait. Asked after every accepted command; pure, like {@code evolve}. What it says replaces
   * what it said before, in the very journal entry of the command. A wake is as durable as the
   * events, moves with the entity, and comes at this time or later, never earlier.
   *
   * <p>Each time that is given is good for one wake: afterwards the entity sleeps until this says
   * another time. Throwing fails the command, like {@code evolve}.
   */
  default @Nullable Instant wakeAt(S state) {
    return null;
  }

  /**
   * Decides what to do when the time of {@link #wakeAt} has come; takes effect once. A rejection is
   * like an answer without events: the wake is over. Throwing has it tried again, later and later.
   *
   * @param operation its time is not before the time that was asked for; its operation id is made
   *     of the wake
   */
  default Decision<E> wake(S state, Operation operation) {
    return Decision.answer(null);
  }

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
