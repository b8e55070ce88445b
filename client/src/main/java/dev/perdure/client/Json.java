package dev.perdure.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** How bodies are written and read. */
final class Json {

  /** What a caller does not know is left out of records, so that a node may add fields. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private Json() {}

  /**
   * A command's body. Text and bytes are JSON already: no command is a bare string.
   *
   * @throws IllegalArgumentException if it cannot be written
   */
  static byte[] bytes(@Nullable Object body) {
    return switch (body) {
      case null -> EMPTY;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case byte[] bytes -> bytes.clone();
      default -> {
        try {
          yield MAPPER.writeValueAsBytes(body);
        } catch (JacksonException e) {
          throw new IllegalArgumentException("the body cannot be written as JSON", e);
        }
      }
    };
  }

  /**
   * A command's body within a line: without line ends.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  static JsonNode node(@Nullable Object body) {
    JsonNode node = tree(bytes(body));
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("the body is not JSON");
    }
    return node;
  }

  /** A document; a missing node if it is none: something between may have answered. */
  static JsonNode tree(byte[] body) {
    try {
      return body.length == 0 ? JsonNodeFactory.instance.missingNode() : MAPPER.readTree(body);
    } catch (JacksonException e) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  static <T> T as(String json, Class<T> type) {
    return MAPPER.readValue(json, type);
  }
}
