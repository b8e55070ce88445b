package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/entities/{type}/{id}/{command}}. */
final class CommandHandler {

  private final EntityDoor door;
  private final boolean operationIdRequired;

  CommandHandler(EntityDoor door, boolean operationIdRequired) {
    this.door = door;
    this.operationIdRequired = operationIdRequired;
  }

  void handle(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    String operationId = OperationId.of(exchange);
    exchange.operationId(operationId);
    try {
      if (operationId == null && operationIdRequired) {
        throw new ProblemException(
            ProblemCode.OPERATION_ID_REQUIRED, "the command came without an Idempotency-Key");
      }
      EntityDoor.Call call = call(admitted, operationId);
      Outcome outcome = door.execute(admitted, call);
      Answers.send(exchange, outcome, operationId);
    } catch (ProblemException e) {
      exchange.send(Problem.of(e).withOperationId(operationId));
    }
  }

  private static EntityDoor.Call call(Admitted admitted, @Nullable String operationId)
      throws IOException {
    Exchange exchange = admitted.request().exchange();
    Route.Target target = admitted.request().target();
    EntityCommand.Precondition precondition = Preconditions.of(exchange);
    byte[] body = JsonBody.of(exchange);
    return new EntityDoor.Call(
        Percent.decode(target.type(), "the entity type"),
        Percent.decode(target.id(), "the id"),
        Percent.decode(target.last(), "the command"),
        body,
        operationId,
        precondition);
  }
}
