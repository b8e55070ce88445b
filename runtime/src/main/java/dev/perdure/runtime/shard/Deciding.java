package dev.perdure.runtime.shard;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.type.EntityModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one command that runs user code: decide, then encode, decode and evolve the new
 * events, so that no event is ever proposed that today's code cannot read. Changes nothing.
 */
final class Deciding {

  private final Limits limits;
  private final boolean evolveNotTried;

  Deciding(Limits limits, boolean evolveNotTried) {
    this.limits = limits;
    this.evolveNotTried = evolveNotTried;
  }

  /** What came of it. */
  sealed interface Result {

    /**
     * Accepted.
     *
     * @param state after the events
     * @param stateJson only if it was asked for
     * @param wakeAt when the entity wants to be woken then
     */
    record Accepted(
        List<StoredEvent> events,
        Object state,
        byte[] reply,
        byte @Nullable [] stateJson,
        long wakeAt)
        implements Result {}

    /** Rejected by the entity's rules. */
    record Rejected(String code, String detail) implements Result {}

    /** The command fails alone. */
    record Failed(ProblemCode code, String detail) implements Result {}
  }

  /**
   * What to decide.
   *
   * @param withState also encode the state, for a checkpoint
   */
  record Input(
      EntityModel model, Object state, Object command, Operation operation, boolean withState) {}

  Result decide(Input input) {
    Decision<Object> decision;
    byte[] reply;
    try {
      decision =
          input.command instanceof Woken
              ? input.model.wake(input.state, input.operation)
              : input.model.decide(input.state, input.command, input.operation);
      if (decision instanceof Decision.Rejected<Object> rejected) {
        return new Result.Rejected(rejected.rejection().code(), rejected.rejection().detail());
      }
      if (decision == null) {
        return new Result.Failed(ProblemCode.DECIDE_FAILED, "the service decided nothing at all");
      }
      reply = EntityModel.encodeReply(((Decision.Accepted<Object>) decision).reply());
    } catch (Throwable e) {
      return new Result.Failed(ProblemCode.DECIDE_FAILED, "the service's code threw " + kind(e));
    }
    if (reply.length > limits.replyBytesMax()) {
      return tooLarge(ProblemCode.REPLY_TOO_LARGE, reply.length, limits.replyBytesMax());
    }
    try {
      return evolve(input, ((Decision.Accepted<Object>) decision).events(), reply);
    } catch (Throwable e) {
      return new Result.Failed(
          ProblemCode.EVOLVE_FAILED, "reading the new event back threw " + kind(e));
    }
  }

  /** Where events that were decided earlier are to lead. */
  record Evolving(EntityModel model, Object state, boolean withState) {}

  /** The state behind what a transaction has prepared. */
  Result settle(Evolving from, Prepared prepared) {
    try {
      Object state = from.state;
      for (StoredEvent event : prepared.events()) {
        state = from.model.evolve(state, from.model.decode(event));
      }
      boolean withState = from.withState && !prepared.events().isEmpty();
      byte[] json = withState ? from.model.encodeState(state) : null;
      return new Result.Accepted(
          prepared.events(), state, prepared.reply(), json, from.model.wakeAt(state));
    } catch (Throwable e) {
      return new Result.Failed(
          ProblemCode.EVOLVE_FAILED, "reading what was prepared threw " + kind(e));
    }
  }

  private Result evolve(Input input, List<Object> events, byte[] reply) {
    EntityModel model = input.model;
    Object state = input.state;
    List<StoredEvent> stored = new ArrayList<>(events.size());
    long bytes = 0;
    for (Object event : events) {
      StoredEvent one = model.encode(event);
      if (one.json().length > limits.eventBytesMax()) {
        return tooLarge(ProblemCode.EVENT_TOO_LARGE, one.json().length, limits.eventBytesMax());
      }
      bytes += one.json().length;
      stored.add(one);
      state = next(model, state, new Made(event, one));
    }
    if (bytes > limits.entryBytesMax() / 2) {
      return tooLarge(ProblemCode.ENTRY_TOO_LARGE, bytes, limits.entryBytesMax() / 2);
    }
    byte[] json = null;
    if (input.withState && !events.isEmpty()) {
      json = model.encodeState(state);
      if (json.length > limits.stateBytesMax()) {
        return tooLarge(ProblemCode.STATE_TOO_LARGE, json.length, limits.stateBytesMax());
      }
    }
    return new Result.Accepted(stored, state, reply, json, model.wakeAt(state));
  }

  /** An event as it was decided, and as it will be stored. */
  private record Made(Object event, StoredEvent stored) {}

  private Object next(EntityModel model, Object state, Made made) {
    try {
      return model.evolve(state, model.readsBackTheSame() ? made.event : model.decode(made.stored));
    } catch (RuntimeException e) {
      if (evolveNotTried) {
        return state;
      }
      throw e;
    }
  }

  private static Result tooLarge(ProblemCode code, long bytes, long max) {
    return new Result.Failed(code, bytes + " bytes, at most " + max + " are allowed");
  }

  /** Names a throwable without naming classes of the service. */
  private static String kind(Throwable thrown) {
    return switch (thrown) {
      case StackOverflowError ignored -> "a stack overflow";
      case OutOfMemoryError ignored -> "an out-of-memory error";
      case Error ignored -> "an error";
      default -> "an exception";
    };
  }
}
