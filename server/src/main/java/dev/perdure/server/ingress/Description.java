package dev.perdure.server.ingress;

import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /openapi.json}: OpenAPI 3.1, made from the registered types when first asked for. */
final class Description {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String JSON = "application/json";

  private final TypeRegistry types;
  private final List<Sagas.SagaType> sagas;
  private byte[] json = {};

  Description(TypeRegistry types, List<Sagas.SagaType> sagas) {
    this.types = types;
    this.sagas = sagas;
  }

  /** The document; made once. */
  synchronized byte[] json() {
    if (json.length == 0) {
      ObjectMapper mapper = JsonMapper.builder().build();
      json = mapper.writeValueAsBytes(document(mapper));
    }
    return json;
  }

  private ObjectNode document(ObjectMapper mapper) {
    ObjectNode root = (ObjectNode) mapper.readTree(base());
    ObjectNode info = (ObjectNode) root.get("info");
    info.put("version", version());
    ObjectNode paths = (ObjectNode) root.get("paths");
    Schemas schemas = new Schemas((ObjectNode) root.get("components").get("schemas"));
    List<EntityModel> models =
        types.models().stream().sorted(Comparator.comparing(EntityModel::name)).toList();
    for (EntityModel model : models) {
      entity(model, paths, schemas);
    }
    sagas.stream()
        .sorted(Comparator.comparing(Sagas.SagaType::name))
        .forEach(saga -> saga(saga, paths, schemas));
    types.queues().forEach(queue -> QueueDescription.add(queue, paths));
    ObjectNode all = (ObjectNode) root.get("components").get("schemas");
    types
        .views()
        .forEach(view -> ViewDescription.add(view, camel(view.name()) + "Row", paths, all));
    return root;
  }

  /** What does not depend on the types: parameters, problems, the batch. */
  private static byte[] base() {
    try (InputStream in = Description.class.getResourceAsStream("openapi-base.json")) {
      return Objects.requireNonNull(in, "openapi-base.json").readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String version() {
    String version = Description.class.getPackage().getImplementationVersion();
    return version == null ? "unreleased" : version;
  }

  private static void entity(EntityModel model, ObjectNode paths, Schemas schemas) {
    String base = "/v1/entities/" + model.name() + "/{id}";
    String prefix = camel(model.name());
    ObjectNode read = operation(paths, base, "get", "read-" + model.name());
    read.put("summary", "The state of " + model.name());
    refer(read, "id", "consistency", "max-staleness", "if-changed", "tenant", "timeout");
    ObjectNode responses = read.putObject("responses");
    ok(responses, "The state; ETag is its version.", schemas.named(model.stateType(), prefix));
    problems(responses, "404", "503");
    events(model, paths);
    model
        .commandTypes()
        .forEach(
            (command, type) -> {
              String schema = prefix + camel(command) + "Command";
              command(model, command, paths, schemas.named(type, schema));
            });
    operationOf(model, paths);
  }

  private static void command(
      EntityModel model, String command, ObjectNode paths, ObjectNode body) {
    String path = "/v1/entities/" + model.name() + "/{id}/" + command;
    ObjectNode operation = operation(paths, path, "post", model.name() + "-" + command);
    operation.put("summary", "Command " + command + " of " + model.name());
    refer(
        operation,
        "id",
        "operation-id",
        "if-match",
        "if-none-match",
        "timeout",
        "tenant",
        "traceparent");
    ObjectNode request = operation.putObject("requestBody");
    request.putObject("content").putObject(JSON).set("schema", body);
    ObjectNode responses = operation.putObject("responses");
    ok(responses, "The reply; ETag is the entity's version.", NODES.objectNode());
    responses.putObject("409").put("$ref", "#/components/responses/Rejection");
    problems(responses, "400", "404", "412", "413", "415", "422", "429", "503", "504");
  }

  private static void events(EntityModel model, ObjectNode paths) {
    String path = "/v1/entities/" + model.name() + "/{id}/events";
    ObjectNode operation = operation(paths, path, "get", "events-of-" + model.name());
    operation.put("summary", "The events of " + model.name());
    refer(operation, "id", "after", "limit", "tenant");
    ObjectNode responses = operation.putObject("responses");
    ok(responses, "A page of events, oldest first.", schema("EventPage"));
    problems(responses, "404", "503");
  }

  private static void operationOf(EntityModel model, ObjectNode paths) {
    String path = "/v1/operations/" + model.name() + "/{id}/{key}";
    ObjectNode operation = operation(paths, path, "get", "operation-on-" + model.name());
    operation.put("summary", "What happened to an operation on " + model.name());
    refer(operation, "id", "key", "tenant");
    ObjectNode responses = operation.putObject("responses");
    ok(responses, "Recorded or in progress.", schema("Operation"));
    problems(responses, "404", "503");
  }

  private static void saga(Sagas.SagaType saga, ObjectNode paths, Schemas schemas) {
    String path = "/v1/sagas/" + saga.name() + "/{id}";
    ObjectNode start = operation(paths, path, "put", "start-" + saga.name());
    start.put("summary", "Start " + saga.name() + ", or see the one of this id");
    refer(start, "saga-id", "prefer", "timeout", "tenant", "traceparent");
    start
        .putObject("requestBody")
        .putObject("content")
        .putObject(JSON)
        .set("schema", schemas.named(saga.input(), camel(saga.name()) + "Input"));
    sagaAnswers(start, "400", "413", "415", "422", "429", "503", "504");

    ObjectNode read = operation(paths, path, "get", "see-" + saga.name());
    read.put("summary", "Where a " + saga.name() + " stands");
    refer(read, "saga-id", "prefer", "if-changed", "timeout", "tenant");
    ObjectNode responses = read.putObject("responses");
    ok(responses, "Its status, steps, and result or failure.", schema("Saga"));
    problems(responses, "404", "503");

    ObjectNode signal = operation(paths, path + "/signals/{name}", "post", "signal-" + saga.name());
    signal.put("summary", "Deliver a signal to a " + saga.name());
    refer(signal, "saga-id", "signal", "operation-id", "timeout", "tenant", "traceparent");
    signal.putObject("requestBody").putObject("content").putObject(JSON).putObject("schema");
    sagaAnswers(signal, "400", "404", "409", "413", "415", "422", "503", "504");

    ObjectNode cancel = operation(paths, path + "/cancel", "post", "cancel-" + saga.name());
    cancel.put("summary", "End a " + saga.name() + " by compensating what it did");
    refer(cancel, "saga-id", "prefer", "timeout", "tenant", "traceparent");
    cancel
        .putObject("requestBody")
        .putObject("content")
        .putObject(JSON)
        .set("schema", schema("Reason"));
    sagaAnswers(cancel, "400", "404", "409", "415", "422", "503", "504");
  }

  private static void sagaAnswers(ObjectNode operation, String... problems) {
    ObjectNode responses = operation.putObject("responses");
    ok(responses, "It has ended.", schema("Saga"));
    responses.putObject("202").put("$ref", "#/components/responses/SagaGoesOn");
    problems(responses, problems);
  }

  private static ObjectNode schema(String name) {
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static void refer(ObjectNode operation, String... parameters) {
    ArrayNode list = operation.putArray("parameters");
    for (String name : parameters) {
      list.addObject().put("$ref", "#/components/parameters/" + name);
    }
  }

  private static void problems(ObjectNode responses, String... statuses) {
    for (String status : statuses) {
      responses.putObject(status).put("$ref", "#/components/responses/Problem");
    }
  }

  private static ObjectNode operation(ObjectNode paths, String path, String method, String id) {
    ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
    return item.putObject(method).put("operationId", id);
  }

  private static void ok(ObjectNode responses, String description, ObjectNode schema) {
    ObjectNode ok = responses.putObject("200").put("description", description);
    ok.putObject("headers")
        .putObject("ETag")
        .put("description", "The entity's version in double quotes.")
        .putObject("schema")
        .put("type", "string");
    ok.putObject("content").putObject(JSON).set("schema", schema);
  }

  /** {@code two-words} as {@code TwoWords}. */
  private static String camel(String name) {
    StringBuilder out = new StringBuilder(name.length());
    boolean upper = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '-' || c == '_' || c == '.') {
        upper = true;
      } else {
        out.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return out.toString();
  }
}
