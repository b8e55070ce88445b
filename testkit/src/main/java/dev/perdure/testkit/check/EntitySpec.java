package dev.perdure.testkit.check;

import dev.perdure.api.Decision;
import dev.perdure.api.Operation;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.Waking;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An entity as its own specification: decide and evolve, run one command after the other, say which
 * answers are possible. Answers of older code may lack fields; what they have must be right.
 */
public final class EntitySpec implements Spec<EntitySpec.State, EntitySpec.Seen> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EntityAddress address;
  private final EntityModel model;
  private final Map<String, CommandBody> bodies = new HashMap<>();

  /** The specification of one entity under the newest code. */
  public EntitySpec(EntityAddress address, EntityModel model) {
    this.address = address;
    this.model = model;
  }

  /** A state and its version. */
  public record State(long version, Object state) {}

  /**
   * A command or read and its answer.
   *
   * @param stampMicros the time that decide saw; 0 if it is not known
   * @param state what a read got, as JSON
   */
  public record Seen(
      String operationId,
      Call.Asks asks,
      long stampMicros,
      Outcome answer,
      byte @Nullable [] state) {}

  @Override
  public State initial() {
    return new State(0, model.initial());
  }

  @Override
  public @Nullable State next(State before, Seen seen) {
    return seen.asks.read() ? read(before, seen) : command(before, seen);
  }

  private @Nullable State read(State before, Seen seen) {
    return switch (seen.answer) {
      case Outcome.Done done ->
          done.version() == before.version
                  && seen.state != null
                  && fits(seen.state, model.encodeState(before.state))
              ? before
              : null;
      case Outcome.Failed failed ->
          failed.code() == ProblemCode.NOT_FOUND && before.version == 0 ? before : null;
      case Outcome.Rejected ignored -> null;
    };
  }

  private @Nullable State command(State before, Seen seen) {
    boolean demanded = holds(seen.asks.precondition(), before.version);
    if (seen.answer instanceof Outcome.Failed failed) {
      boolean mismatch =
          failed.code() == ProblemCode.VERSION_MISMATCH && failed.version() == before.version;
      return mismatch && !demanded ? before : null;
    }
    return demanded ? decide(before, seen) : null;
  }

  /** True if a precondition holds of a version. */
  public static boolean holds(Precondition precondition, long version) {
    return switch (precondition) {
      case Precondition.None ignored -> true;
      case Precondition.Version wanted -> wanted.version() == version;
      case Precondition.NoEvents ignored -> version == 0;
    };
  }

  private @Nullable State decide(State before, Seen seen) {
    if (seen.asks.command().equals(Waking.COMMAND)) {
      return guarded(() -> decide(before, seen, Waking.COMMAND));
    }
    Object command = body(seen.asks).value();
    return command == null ? null : guarded(() -> decide(before, seen, command));
  }

  /** What the entity's own code throws is no possible answer. */
  private static @Nullable State guarded(Supplier<@Nullable State> next) {
    try {
      return next.get();
    } catch (RuntimeException e) {
      return null;
    }
  }

  private @Nullable State decide(State before, Seen seen, Object command) {
    Operation operation =
        new Operation(
            address.tenant(),
            address.id(),
            seen.operationId,
            "simulated",
            Instant.ofEpochSecond(
                seen.stampMicros / 1_000_000, seen.stampMicros % 1_000_000 * 1000),
            0);
    Decision<Object> decision =
        command.equals(Waking.COMMAND)
            ? model.wake(before.state, operation)
            : model.decide(before.state, command, operation);
    return switch (decision) {
      case Decision.Rejected<Object> rejected ->
          seen.answer instanceof Outcome.Rejected no
                  && no.code().equals(rejected.rejection().code())
                  && no.version() == before.version
              ? before
              : null;
      case Decision.Accepted<Object> accepted ->
          seen.answer instanceof Outcome.Done done ? accepted(before, accepted, done) : null;
    };
  }

  private @Nullable State accepted(
      State before, Decision.Accepted<Object> accepted, Outcome.Done answer) {
    if (answer.version() != before.version + accepted.events().size()
        || !fits(answer.body(), EntityModel.encodeReply(accepted.reply()))) {
      return null;
    }
    Object state = before.state;
    for (Object event : accepted.events()) {
      state = model.evolve(state, event);
    }
    return new State(answer.version(), state);
  }

  private CommandBody body(Call.Asks asks) {
    return bodies.computeIfAbsent(
        asks.command() + asks.body(),
        ignored -> model.body(asks.command(), asks.body().getBytes(StandardCharsets.UTF_8)));
  }

  /** True if every field of {@code got} is in {@code expected}, with the same value. */
  static boolean fits(byte[] got, byte[] expected) {
    JsonNode has = JSON.readTree(got);
    JsonNode must = JSON.readTree(expected);
    return has.isObject()
        ? has.properties().stream()
            .allMatch(field -> field.getValue().equals(must.get(field.getKey())))
        : has.equals(must);
  }
}
