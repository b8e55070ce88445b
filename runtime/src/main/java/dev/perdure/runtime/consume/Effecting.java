package dev.perdure.runtime.consume;

import dev.perdure.api.Effect;
import dev.perdure.api.Queue;
import dev.perdure.kernel.Hash64;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Does what a reaction says, in order. Each command has an operation id made of reaction, event and
 * place in the list, so that whoever does it again does nothing.
 */
final class Effecting {

  private static final long CALL_NS = 10_000_000_000L;

  private final ConsumeParts parts;
  private final String reaction;

  Effecting(ConsumeParts parts, String reaction) {
    this.parts = parts;
    this.reaction = reaction;
  }

  /** Something that says nothing of the effect, only that it cannot be had now. */
  static final class Passing extends RuntimeException {
    private static final long serialVersionUID = 1;

    Passing(Outcome.Failed failed) {
      super(failed.code().code() + ": " + failed.detail(), null, false, false);
    }
  }

  /** An effect that is refused however often it is tried. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why, null, false, false);
    }
  }

  /** Does all of them. Runs user code (accessors of commands and inputs). */
  void run(Event event, List<Effect> effects) {
    for (int i = 0; i < effects.size(); i++) {
      switch (effects.get(i)) {
        case Effect.Command command -> command(event, i, command);
        case Effect.Start start -> start(event, start);
        case Effect.Send send -> send(event, i, send);
      }
    }
  }

  private void command(Event event, int place, Effect.Command command) {
    EntityModel model = parts.types().find(command.type());
    if (model == null) {
      throw new Refused("there is no entity type '" + command.type() + "'");
    }
    EntityAddress to = new EntityAddress(event.entity().tenant(), model.name(), command.id());
    Outcome outcome = null;
    // One that was rejected may have to be tried as another one, when a person said so.
    for (int round = 0; round <= event.round(); round++) {
      outcome =
          parts
              .entities()
              .execute(
                  new EntityCommand(
                      to,
                      model.body(command.command()),
                      operationId(event, place, round),
                      Precondition.NONE,
                      context()));
      if (!(outcome instanceof Outcome.Rejected) || command.mayBeRejected()) {
        break;
      }
    }
    switch (outcome) {
      case Outcome.Rejected no when !command.mayBeRejected() ->
          throw new Refused(to.type() + " '" + to.id() + "' rejects it: " + text(no));
      case Outcome.Failed failed -> throw failure(failed);
      case null, default -> {
        // done
      }
    }
  }

  /** The operation id is the message's, too: replayed, whenever, it finds the message. */
  private void send(Event event, int place, Effect.Send send) {
    Queue queue = parts.types().queue(send.queue());
    if (queue == null) {
      throw new Refused("there is no queue '" + send.queue() + "'");
    }
    String body = Values.text(send.message().body());
    if (body.length() > queue.capacity().bytes()) {
      throw new Refused(QueueMessages.tooLarge(queue, body.length()));
    }
    String id = operationId(event, place, 0);
    EntityAddress to = QueueMessages.address(event.entity().tenant(), queue.name(), id);
    Outcome outcome =
        parts
            .entities()
            .execute(
                new EntityCommand(
                    to,
                    parts.types().messages().body(QueueMessages.send(body, send.message(), null)),
                    id,
                    Precondition.NONE,
                    context()));
    switch (outcome) {
      case Outcome.Rejected no -> throw new Refused("the queue rejects it: " + text(no));
      case Outcome.Failed failed -> throw failure(failed);
      case Outcome.Done ignored -> {
        // it is there
      }
    }
  }

  private static String text(Outcome.Rejected no) {
    return no.code() + ": " + no.detail();
  }

  private void start(Event event, Effect.Start start) {
    SagaModel model = parts.types().saga(start.type());
    if (model == null) {
      throw new Refused("there is no saga type '" + start.type() + "'");
    }
    EntityAddress saga = new EntityAddress(event.entity().tenant(), model.name(), start.id());
    byte[] input = Values.text(start.input()).getBytes(StandardCharsets.UTF_8);
    switch (parts.sagas().start(saga, input, context())) {
      case SagaAnswer.Seen ignored -> {
        // it is there
      }
      case SagaAnswer.Failed failed -> throw failure(failed.problem());
      case SagaAnswer.Refused no -> throw new Refused(no.code() + ": " + no.detail());
    }
  }

  private CallContext context() {
    return new CallContext("reaction:" + reaction, "", parts.nowNs() + CALL_NS);
  }

  private static RuntimeException failure(Outcome.Failed failed) {
    if (failed.passing()) {
      return new Passing(failed);
    }
    boolean never =
        failed.code() == ProblemCode.INVALID_BODY
            || failed.code() == ProblemCode.OPERATION_ID_REUSED;
    String why = failed.code().code() + ": " + failed.detail();
    return never ? new Refused(why) : new IllegalStateException(why);
  }

  private String operationId(Event event, int place, int round) {
    String again = round == 0 ? "" : "~" + round;
    if (parts.has(PlantedBug.EFFECT_OF_EACH_DELIVERY)) {
      again += "~" + parts.nowNs();
    }
    String id =
        "reaction:"
            + reaction
            + ":"
            + event.entity().type()
            + "/"
            + event.entity().id()
            + "/"
            + event.version()
            + ":"
            + place
            + again;
    if (id.length() <= EntityCommand.OPERATION_ID_LENGTH_MAX) {
      return id;
    }
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return "reaction~"
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 1))
        + Long.toHexString(Hash64.of(bytes, 0, bytes.length, 2));
  }
}
