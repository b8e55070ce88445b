package dev.perdure.server.ingress;

import dev.perdure.runtime.Views;
import dev.perdure.runtime.type.FieldKind;
import dev.perdure.runtime.type.ViewModel;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A view in the description: its rows, and by what they are found. */
final class ViewDescription {

  private static final List<String> RANGES = List.of("lt", "le", "gt", "ge");

  private ViewDescription() {}

  /**
   * Adds a view.
   *
   * @param rowName of the schema of its rows
   */
  static void add(ViewModel view, String rowName, ObjectNode paths, ObjectNode schemas) {
    schemas.set(rowName, row(view));
    ObjectNode get = paths.putObject("/v1/views/" + view.name()).putObject("get");
    get.put("operationId", "query-" + view.name());
    get.put("summary", "Rows of the view " + view.name() + " of " + view.entity().name());
    StringBuilder indexes = new StringBuilder();
    for (int i = 0; i < view.indexes().size(); i++) {
      indexes.append(" (").append(String.join(", ", view.fieldsOf(i))).append(")");
    }
    get.put(
        "description",
        "Fields that are equal come first in an index, then the one of a range or of the order."
            + " Indexes:"
            + indexes);
    ArrayNode parameters = get.putArray("parameters");
    parameter(parameters, ViewModel.ID, type(FieldKind.TEXT), "The entity's id.");
    for (ViewModel.Field field : view.fields()) {
      parameter(parameters, field.name(), type(field.kind()), "Equal to it.");
      for (String range : RANGES) {
        parameter(parameters, field.name() + "." + range, type(field.kind()), "In this range.");
      }
    }
    parameter(parameters, "order", text(), "A field; with a minus before it the last row first.");
    ObjectNode limit = JsonNodeFactory.instance.objectNode().put("type", "integer");
    parameter(
        parameters,
        "limit",
        limit.put("minimum", 1).put("maximum", Views.ROWS_MAX).put("default", 100),
        "How many rows.");
    parameter(parameters, "page", text(), "What the answer before had as next.");
    parameter(parameters, "after", text(), "Wait until everything up to this position is seen.");
    parameter(parameters, "covers", text(), "Wait for a version of an entity, as type/id/version.");
    for (String shared : List.of("timeout", "tenant")) {
      parameters.addObject().put("$ref", "#/components/parameters/" + shared);
    }
    ObjectNode responses = get.putObject("responses");
    ObjectNode ok = responses.putObject("200").put("description", "A page of rows, in order.");
    ok.putObject("content").putObject("application/json").set("schema", page(rowName));
    for (String status : List.of("400", "404", "503")) {
      responses.putObject(status).put("$ref", "#/components/responses/Problem");
    }
  }

  private static void parameter(
      ArrayNode parameters, String name, ObjectNode schema, String description) {
    parameters
        .addObject()
        .put("name", name)
        .put("in", "query")
        .put("description", description)
        .set("schema", schema);
  }

  private static ObjectNode text() {
    return type(FieldKind.TEXT);
  }

  private static ObjectNode type(FieldKind kind) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    return switch (kind) {
      case TEXT -> schema.put("type", "string");
      case LONG -> schema.put("type", "integer").put("format", "int64");
      case BOOLEAN -> schema.put("type", "boolean");
      case INSTANT -> schema.put("type", "string").put("format", "date-time");
    };
  }

  private static ObjectNode row(ViewModel view) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (ViewModel.Field field : view.fields()) {
      ObjectNode one = type(field.kind());
      String type = one.path("type").asString();
      one.putArray("type").add(type).add("null");
      properties.set(field.name(), one);
    }
    return schema;
  }

  private static ObjectNode page(String rowName) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("view", text());
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode of = row.putObject("properties");
    of.set("id", text());
    of.set("version", type(FieldKind.LONG));
    of.putObject("fields").put("$ref", "#/components/schemas/" + rowName);
    properties.putObject("rows").put("type", "array").set("items", row);
    properties.set("position", text());
    properties.set("next", text());
    properties.set("rebuilding", type(FieldKind.BOOLEAN));
    return schema;
  }
}
