package dev.perdure.testkit.check;

import java.util.Locale;

/** Who notices what. */
public enum Checker {
  /** An assertion in the production code stopped the shard. */
  ASSERTION,
  /** Every answer fits one order of the entity's commands that respects real time. */
  LINEARIZABILITY,
  /** What was answered as done is in the committed log, and was before the answer left. */
  ACKNOWLEDGED,
  /** An operation id takes effect at most once within its retention. */
  ONCE,
  /** A repeat gets the recorded reply; another payload gets an error. */
  SAME_REPLY,
  /** What was answered as not executed left nothing behind. */
  NOT_EXECUTED,
  /** Nothing is decided after every deadline that asked for it has passed. */
  DEADLINE,
  /** Every request is answered, at the latest soon after its deadline. */
  ANSWERED,
  /** A command with a demanded version ran at that version. */
  PRECONDITION,
  /**
   * Versions of an entity, offsets of the shard and time stamps leave no hole and never go back.
   */
  ORDER,
  /** Replicas at one index have equal facts. */
  REPLICAS_EQUAL,
  /** A replica's rows and totals are what the committed log says. */
  FACTS,
  /** The state that is served equals the state folded from the first event. */
  FOLD,
  /** A wake is never early, takes effect once, and is not lost. */
  WAKES,
  /**
   * A saga ends, or is parked. It does each step once, each thing outside only after its record
   * says so, and undoes in reverse what it did, all of it, if it does not complete.
   */
  SAGAS,
  /**
   * A message is done or dead in the end, has one worker at a time for as long as it was promised,
   * and is not given to another once it is done.
   */
  QUEUES,
  /**
   * A subscription is given every event and nothing else, in order for each entity; its cursor is
   * never ahead of its handler, and a dead letter is one that failed as often as it may.
   */
  SUBSCRIPTIONS,
  /** Replies are kept for their retention, and not for ever. */
  RETENTION,
  /** No money appears or disappears. */
  CONSERVATION,
  /** Nothing of a level is written before the level is in force, and every node can read it. */
  LEVEL,
  /** With the faults over, commands succeed again. */
  PROGRESS;

  /** For people. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
