package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.EntityCommand.Precondition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * One line of a batch: {@code {"type","id","command","body","key"?,"if_match"?,"timeout"?}}. The
 * body is cut out as bytes; it is read where every command's body is read.
 *
 * @param timeout as the caller wrote it; null for the default
 */
record BatchLine(EntityDoor.Call call, @Nullable String timeout) {

  private static final byte[] NOTHING = {};
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(66).maxStringLength(4 << 20).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Reads a line.
   *
   * @throws ProblemException {@code malformed-request}, saying what is wrong with it
   */
  static BatchLine of(byte[] line) {
    Fields fields = new Fields();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("the line must be a JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        fields.take(name, json, line);
      }
      if (json.nextToken() != null) {
        throw malformed("the line holds more than one JSON object");
      }
    } catch (JacksonException e) {
      throw malformed(JsonFault.of(e).replaceFirst("the body", "the line"));
    }
    return fields.line();
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }

  private static final class Fields {
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable String command;
    private byte[] body = NOTHING;
    private @Nullable String key;
    private Precondition precondition = Precondition.NONE;
    private @Nullable String timeout;

    void take(String name, JsonParser json, byte[] line) {
      switch (name) {
        case "type" -> type = text(name, json);
        case "id" -> id = text(name, json);
        case "command" -> command = text(name, json);
        case "body" -> body = bytes(json, line);
        case "key" -> key = OperationId.checked(text(name, json), "field 'key'");
        case "if_match" -> precondition = version(json);
        case "timeout" -> timeout = text(name, json);
        default ->
            throw malformed(
                "field '"
                    + Text.shown(name)
                    + "' is not known; a line has 'type', 'id', 'command', 'body', 'key',"
                    + " 'if_match' and 'timeout'");
      }
    }

    private static String text(String name, JsonParser json) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw malformed("field '" + name + "' must be a string");
      }
      return json.getString();
    }

    /** The very bytes of the value that begins here. */
    private static byte[] bytes(JsonParser json, byte[] line) {
      int from = (int) json.currentTokenLocation().getByteOffset();
      if (json.currentToken().isStructStart()) {
        json.skipChildren();
      } else {
        json.getString();
      }
      return Arrays.copyOfRange(line, from, (int) json.currentLocation().getByteOffset());
    }

    private static Precondition version(JsonParser json) {
      if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        String digits = json.getString();
        return new Precondition.Version(Preconditions.version(digits, "field 'if_match'"));
      }
      String tag = text("if_match", json);
      return new Precondition.Version(Preconditions.version(tag, "field 'if_match'"));
    }

    BatchLine line() {
      return new BatchLine(
          new EntityDoor.Call(
              required("type", type),
              required("id", id),
              required("command", command),
              body,
              key,
              precondition),
          timeout);
    }

    private static String required(String name, @Nullable String value) {
      if (value == null) {
        throw malformed("field '" + name + "' is missing");
      }
      return value;
    }
  }
}
