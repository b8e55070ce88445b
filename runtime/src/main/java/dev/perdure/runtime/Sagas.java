package dev.perdure.runtime;

import dev.perdure.runtime.record.EntityAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door to a node's sagas. Any node takes any request; the leader of the saga's shard drives it.
 * Thread-safe; every method answers within the call's deadline and never throws for what a caller
 * or a service did wrong.
 */
public interface Sagas {

  /** The names of the saga types that this node serves, and their inputs, for descriptions. */
  List<SagaType> types();

  /**
   * Starts a saga; its id is its operation id, so starting it again with the same input gives the
   * one there is.
   *
   * @param input a JSON object
   */
  SagaAnswer start(EntityAddress saga, byte[] input, CallContext context);

  /** Where a saga stands. */
  SagaAnswer get(EntityAddress saga, CallContext context);

  /** Where a saga stands when it has ended or is parked, or at the deadline. */
  SagaAnswer await(EntityAddress saga, CallContext context);

  /**
   * Delivers a signal; one that nobody waits for yet is kept until somebody does.
   *
   * @param operationId makes a repeat harmless; null to have one assigned
   */
  SagaAnswer signal(
      EntityAddress saga, Signal signal, @Nullable String operationId, CallContext context);

  /** Ends it by compensating what it did. Nothing if it has ended. */
  SagaAnswer cancel(EntityAddress saga, String reason, CallContext context);

  /** What a person decides about a parked saga; who and why is recorded. */
  SagaAnswer decide(EntityAddress saga, SagaDecision decision, CallContext context);

  /** Sagas of shards that this node leads. */
  SagaPage list(SagaQuery query);

  /** A saga type, for descriptions. */
  record SagaType(String name, Set<String> aliases, Class<?> input, Class<?> result) {}

  /**
   * A named message for a saga.
   *
   * @param name 1 to 63 characters of {@code a-z 0-9 - _ .}, beginning with a letter
   * @param body JSON
   */
  record Signal(String name, byte[] body) {}

  /** What can be decided about a parked saga. */
  enum Choice {
    /** Try the step or compensation again. */
    RETRY,
    /** Take the step or compensation as done, without a result. */
    SKIP,
    /** Take this as the step's result. */
    PROVIDE,
    /** Give up going forward and compensate. */
    COMPENSATE
  }

  /**
   * A decision.
   *
   * @param result JSON, for {@link Choice#PROVIDE}; else null
   * @param reason why; not empty
   * @param operationId makes a repeat harmless; null to have one assigned
   * @param version the saga's, as whoever decides has seen it: if it went on since, the answer is
   *     {@code VERSION_MISMATCH}; null to decide however it stands
   */
  record SagaDecision(
      Choice choice,
      byte @Nullable [] result,
      String reason,
      @Nullable String operationId,
      @Nullable Long version) {

    /** However it stands, once for each time that it arrives. */
    public SagaDecision(Choice choice, byte @Nullable [] result, String reason) {
      this(choice, result, reason, null, null);
    }
  }

  /**
   * Which sagas to list.
   *
   * @param tenant whose
   * @param type stored type name; null for all
   * @param unfinished only those that have not ended (a cheap index); else also those that have
   * @param after continue behind this {@code next}; null for the first page
   * @param limit how many at most
   */
  record SagaQuery(
      String tenant,
      @Nullable String type,
      boolean unfinished,
      @Nullable String after,
      int limit) {}

  /**
   * A page of sagas.
   *
   * @param next for the next page; null if there are no more
   */
  record SagaPage(List<SagaView> sagas, @Nullable String next) {}

  /** The answer to a request about one saga. */
  sealed interface SagaAnswer {

    /**
     * As it stands.
     *
     * @param replayed true if nothing new was done: it was started, signalled or cancelled before
     */
    record Seen(SagaView saga, boolean replayed) implements SagaAnswer {}

    /** Refused or failed; {@code NOT_FOUND} if there is no such saga. */
    record Failed(Outcome.Failed problem) implements SagaAnswer {}

    /** Refused by the saga's state: it has ended, or it is not parked. */
    record Refused(String code, String detail) implements SagaAnswer {}
  }
}
