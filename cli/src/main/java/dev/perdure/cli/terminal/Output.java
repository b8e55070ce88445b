package dev.perdure.cli.terminal;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a result is printed. */
public enum Output {
  /** For people. */
  TABLE,
  /** For programs. */
  JSON;

  private static final class Mapper {
    static final JsonMapper JSON =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .changeDefaultPropertyInclusion(
                value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();
  }

  /** A record or map as one line of JSON with names in snake_case. */
  public static String jsonLine(Object value) {
    return Mapper.JSON
        .writer()
        .without(SerializationFeature.INDENT_OUTPUT)
        .writeValueAsString(value);
  }

  /** A record or map as indented JSON with names in snake_case. */
  public static String json(Object value) {
    return Mapper.JSON.writeValueAsString(value);
  }
}
