package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.server.http.Exchange;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The only holder of the entities within the ingress, and it serves nobody but an {@link Admitted}:
 * what was not authenticated and admitted cannot be submitted.
 */
final class EntityDoor {

  private final Entities entities;
  private final TypeRegistry types;
  private final Guide guide;
  private final ModeDoor mode;

  EntityDoor(Entities entities, TypeRegistry types, Guide guide, ModeDoor mode) {
    this.mode = mode;
    this.entities = entities;
    this.types = types;
    this.guide = guide;
  }

  TypeRegistry types() {
    return types;
  }

  /** What tells callers where to go. */
  Guide guide() {
    return guide;
  }

  /** Runs a command and waits for its answer; throws like {@link #prepare}. */
  Outcome execute(Admitted admitted, Call call) {
    EntityCommand command = command(admitted, call);
    Outcome outcome = entities.execute(command);
    guide.mark(admitted.request().exchange(), command.address());
    return outcome;
  }

  /**
   * Makes a command ready, without handing it over.
   *
   * @throws ProblemException if it does not get as far as the entity
   */
  Prepared prepare(Admitted admitted, Call call) {
    return new Prepared(command(admitted, call));
  }

  /**
   * A command as a part of a transaction.
   *
   * @throws ProblemException if it does not get as far as the entity
   */
  Transactions.Part part(Admitted admitted, Call call) {
    EntityCommand command = command(admitted, call);
    return new Transactions.Part(command.address(), command.body(), command.precondition());
  }

  /** Hands a command over without waiting. */
  Entities.Waiting submit(Prepared prepared) {
    return entities.submit(prepared.command);
  }

  /** A command that came through this door and was not handed over yet. */
  static final class Prepared {
    private final EntityCommand command;

    private Prepared(EntityCommand command) {
      this.command = command;
    }

    EntityAddress address() {
      return command.address();
    }
  }

  private EntityCommand command(Admitted admitted, Call call) {
    EntityModel model = model(call.type());
    mode.covered(model.name(), admitted.tenant());
    if (!model.hasCommand(call.command())) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_COMMAND,
          "entity type '%s' has no command '%s'; it has %s"
              .formatted(
                  call.type(),
                  Text.shown(call.command()),
                  String.join(", ", model.commandTypes().keySet())));
    }
    EntityAddress address = address(admitted, model, call.id());
    try {
      return new EntityCommand(
          address,
          model.body(call.command(), call.body()),
          call.operationId(),
          call.precondition(),
          admitted.context());
    } catch (JacksonException e) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, JsonFault.of(e));
    }
  }

  /** The state, whose staleness is not known if it was asked for without a bound. */
  Entities.Aged read(Admitted admitted, EntityAddress address, Consistency consistency) {
    Exchange exchange = admitted.request().exchange();
    return switch (consistency) {
      case Consistency.Stale stale -> {
        Outcome held = entities.read(address, admitted.context(), true);
        guide.mark(exchange);
        yield new Entities.Aged(held, Duration.ZERO);
      }
      case Consistency.Linearizable linearizable -> {
        Outcome outcome = entities.read(address, admitted.context(), false);
        guide.mark(exchange, address);
        yield new Entities.Aged(outcome, Duration.ZERO);
      }
      case Consistency.Bounded bounded -> {
        Entities.Aged aged = entities.read(address, admitted.context(), bounded.stalenessMax());
        if (aged.staleness().isZero()) {
          guide.mark(exchange, address);
        } else {
          guide.mark(exchange);
        }
        yield aged;
      }
    };
  }

  History history(Admitted admitted, EntityAddress address, Page page) {
    History history = entities.history(address, page.after(), page.limit());
    guide.mark(admitted.request().exchange(), address);
    return history;
  }

  OperationStatus operation(Admitted admitted, EntityAddress address, String operationId) {
    OperationStatus status = entities.operation(address, operationId, admitted.context());
    guide.mark(admitted.request().exchange(), address);
    return status;
  }

  /**
   * The stored name of a type.
   *
   * @throws ProblemException {@code unknown-type}
   */
  String type(String name) {
    return model(name).name();
  }

  /**
   * An address within the caller's tenant.
   *
   * @throws ProblemException {@code unknown-type} or {@code invalid-id}
   */
  EntityAddress address(Admitted admitted, String type, String id) {
    return address(admitted, model(type), id);
  }

  private static EntityAddress address(Admitted admitted, EntityModel model, String id) {
    try {
      return new EntityAddress(admitted.tenant(), model.name(), id);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(ProblemCode.INVALID_ID, String.valueOf(e.getMessage()));
    }
  }

  private EntityModel model(String type) {
    @Nullable EntityModel model = types.find(type);
    if (model == null) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_TYPE,
          "there is no entity type '%s'; there is %s"
              .formatted(Text.shown(type), String.join(", ", types.names())));
    }
    return model;
  }

  /**
   * A command as a caller wrote it.
   *
   * @param operationId null if the caller gave none
   */
  record Call(
      String type,
      String id,
      String command,
      byte[] body,
      @Nullable String operationId,
      EntityCommand.Precondition precondition) {}

  /** A page of events. */
  record Page(long after, int limit) {}
}
