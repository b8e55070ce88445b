package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.Transactions.Part;
import dev.perdure.runtime.Transactions.Result;
import dev.perdure.runtime.Transactions.TransactionAnswer;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/** {@code POST /v1/transactions}: commands on several entities, all or nothing. */
final class TransactionHandler {

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final EntityDoor door;
  private final Transactions transactions;
  private final boolean operationIdRequired;

  TransactionHandler(EntityDoor door, Transactions transactions, boolean operationIdRequired) {
    this.door = door;
    this.transactions = transactions;
    this.operationIdRequired = operationIdRequired;
  }

  void handle(Admitted admitted) throws IOException {
    Exchange exchange = admitted.request().exchange();
    String operationId = OperationId.of(exchange);
    exchange.operationId(operationId);
    try {
      if (operationId == null && operationIdRequired) {
        throw new ProblemException(
            ProblemCode.OPERATION_ID_REQUIRED, "the transaction came without an Idempotency-Key");
      }
      List<Part> parts = parts(admitted, JsonBody.of(exchange));
      TransactionAnswer answer = transactions.execute(operationId, parts, admitted.context());
      send(exchange, answer, parts, operationId);
    } catch (ProblemException e) {
      exchange.send(Problem.of(e).withOperationId(operationId));
    }
  }

  private List<Part> parts(Admitted admitted, byte[] body) {
    JsonNode commands = JsonBody.object(body, Set.of("commands")).path("commands");
    if (!commands.isArray() || commands.isEmpty() || commands.size() > Transactions.PARTS_MAX) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY,
          "commands must be a list of 1 to %d commands".formatted(Transactions.PARTS_MAX));
    }
    List<Part> parts = new ArrayList<>(commands.size());
    for (int i = 0; i < commands.size(); i++) {
      try {
        parts.add(part(admitted, commands.get(i)));
      } catch (ProblemException e) {
        throw new ProblemException(e.code(), "in commands[" + i + "]: " + e.detail());
      }
    }
    return parts;
  }

  private Part part(Admitted admitted, JsonNode command) {
    BatchLine line = BatchLine.of(command.toString().getBytes(StandardCharsets.UTF_8));
    if (line.timeout() != null || line.call().operationId() != null) {
      throw new ProblemException(
          ProblemCode.INVALID_BODY,
          "'key' and 'timeout' are the whole transaction's; give them as headers");
    }
    return door.part(admitted, line.call());
  }

  private static void send(
      Exchange exchange, TransactionAnswer answer, List<Part> parts, @Nullable String key) {
    switch (answer) {
      case TransactionAnswer.Committed committed -> {
        if (committed.replayed()) {
          exchange.header(Answers.REPLAYED);
        }
        exchange.send(200, Exchange.JSON, document(committed.results()));
      }
      case TransactionAnswer.Rejected no -> {
        if (no.replayed()) {
          exchange.header(Answers.REPLAYED);
        }
        String detail = where(no.part(), parts) + no.detail();
        exchange.send(Problem.rejection(no.code(), detail, -1).withOperationId(key));
      }
      case TransactionAnswer.Failed failed -> {
        Outcome.Failed why = failed.problem();
        exchange.send(
            Problem.of(why.code(), where(failed.part(), parts) + why.detail())
                .withVersion(why.version())
                .withRetryAfterMs(why.retryAfterMs())
                .withOperationId(key));
      }
    }
  }

  private static String where(int part, List<Part> parts) {
    return part < 0
        ? ""
        : "in commands[" + part + "], '" + Text.shown(parts.get(part).entity().id()) + "': ";
  }

  private static byte[] document(List<Result> results) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("results");
      for (Result result : results) {
        json.writeStartObject();
        json.writeNumberProperty("version", result.version());
        Documents.raw(json, "body", result.body().getBytes(StandardCharsets.UTF_8));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
