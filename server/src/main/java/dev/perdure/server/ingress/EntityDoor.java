package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The only holder of the entities within the ingress, and it serves nobody but an {@link Admitted}:
 * what was not authenticated and admitted cannot be submitted.
 */
final class EntityDoor {

  private final Entities entities;
  private final TypeRegistry types;

  EntityDoor(Entities entities, TypeRegistry types) {
    this.entities = entities;
    this.types = types;
  }

  /** Runs a command and waits for its answer; throws like {@link #prepare}. */
  Outcome execute(Admitted admitted, Call call) {
    return entities.execute(command(admitted, call));
  }

  /**
   * Makes a command ready, without handing it over.
   *
   * @throws ProblemException if it does not get as far as the entity
   */
  Prepared prepare(Admitted admitted, Call call) {
    return new Prepared(command(admitted, call));
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

  Outcome read(Admitted admitted, String type, String id, boolean stale) {
    return entities.read(address(admitted, model(type), id), admitted.context(), stale);
  }

  History history(Admitted admitted, EntityAddress address, Page page) {
    return entities.history(address, page.after(), page.limit());
  }

  OperationStatus operation(Admitted admitted, EntityAddress address, String operationId) {
    return entities.operation(address, operationId, admitted.context());
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
