package dev.perdure.runtime;

import dev.perdure.runtime.record.EntityAddress;
import java.time.Duration;

/** The door to a node's entities. Thread-safe; every method answers within the call's deadline. */
public interface Entities {

  /**
   * Runs one command and waits for its durable answer. Never throws for what a caller or a service
   * did wrong: that is an {@link Outcome}.
   */
  default Outcome execute(EntityCommand command) {
    return submit(command).await();
  }

  /** Takes a command without waiting. Commands of one entity submitted in order run in order. */
  Waiting submit(EntityCommand command);

  /**
   * The state, or {@link Outcome.Failed} with {@code NOT_FOUND}.
   *
   * @param stale true for what this replica has applied, without confirming leadership
   */
  Outcome read(EntityAddress address, CallContext context, boolean stale);

  /**
   * The state as it was at most so long ago, or a failure: from a replica that can prove it, else
   * from the leader.
   */
  default Aged read(EntityAddress address, CallContext context, Duration stalenessMax) {
    return new Aged(read(address, context, false), Duration.ZERO);
  }

  /**
   * A state that may be old.
   *
   * @param staleness how old it can be at most when this was made
   */
  record Aged(Outcome outcome, Duration staleness) {}

  /**
   * The entity's events behind a version, oldest first, or a failure.
   *
   * @param after version of the last event not wanted; 0 for all
   * @param limit how many at most
   */
  History history(EntityAddress address, long after, int limit);

  /** What happened to an operation: its recorded answer, or {@code UNKNOWN_OPERATION}. */
  OperationStatus operation(EntityAddress address, String operationId, CallContext context);

  /** A command on its way. */
  interface Waiting {
    /** Waits for the answer, at most until the command's deadline. */
    Outcome await();
  }
}
