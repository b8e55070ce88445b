package dev.perdure.server.ingress;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Schemas (2020-12, as OpenAPI 3.1 wants them) of records, collected under {@code
 * #/components/schemas}.
 */
final class Schemas {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<Class<?>, String[]> SIMPLE = new HashMap<>();

  static {
    simple("integer", "int64", long.class, Long.class);
    simple("integer", "int32", int.class, Integer.class);
    simple("integer", "int32", short.class, Short.class, byte.class, Byte.class);
    simple("integer", "", BigInteger.class);
    simple("number", "double", double.class, Double.class);
    simple("number", "float", float.class, Float.class);
    simple("number", "", BigDecimal.class);
    simple("boolean", "", boolean.class, Boolean.class);
    simple("string", "", String.class, CharSequence.class, char.class, Character.class);
    simple("string", "byte", byte[].class);
    simple("string", "uuid", UUID.class);
    simple("string", "uri", URI.class);
    simple("string", "date-time", Instant.class, OffsetDateTime.class, ZonedDateTime.class);
    simple("string", "local-date-time", LocalDateTime.class);
    simple("string", "date", LocalDate.class);
    simple("string", "time", LocalTime.class);
    simple("string", "duration", Duration.class);
  }

  private final ObjectNode components;
  private final Map<Class<?>, String> names = new HashMap<>();

  Schemas(ObjectNode components) {
    this.components = components;
  }

  private static void simple(String type, String format, Class<?>... classes) {
    for (Class<?> one : classes) {
      SIMPLE.put(one, new String[] {type, format});
    }
  }

  /** A reference to the schema of a class, under a name that says what it is. */
  ObjectNode named(Class<?> type, String name) {
    String known = names.get(type);
    if (known == null) {
      known = free(name);
      names.put(type, known);
      components.putObject(known);
      components.set(known, definition(type));
    }
    return NODES.objectNode().put("$ref", "#/components/schemas/" + known);
  }

  private ObjectNode of(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return generic(parameterized);
    }
    if (type instanceof GenericArrayType array) {
      return array(array.getGenericComponentType());
    }
    if (!(type instanceof Class<?> raw)) {
      return NODES.objectNode();
    }
    String[] simple = SIMPLE.get(raw);
    if (simple != null) {
      ObjectNode node = NODES.objectNode().put("type", simple[0]);
      return simple[1].isEmpty() ? node : node.put("format", simple[1]);
    }
    if (raw.isArray()) {
      return array(raw.getComponentType());
    }
    return raw.isRecord() || raw.isEnum() || raw.isSealed()
        ? named(raw, raw.getSimpleName())
        : NODES.objectNode();
  }

  private ObjectNode generic(ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (Collection.class.isAssignableFrom(raw)) {
      return array(arguments[0]);
    }
    if (Map.class.isAssignableFrom(raw)) {
      ObjectNode node = NODES.objectNode().put("type", "object");
      node.set("additionalProperties", of(arguments[1]));
      return node;
    }
    return raw == Optional.class ? of(arguments[0]) : of(raw);
  }

  private ObjectNode array(Type element) {
    ObjectNode node = NODES.objectNode().put("type", "array");
    node.set("items", of(element));
    return node;
  }

  private ObjectNode definition(Class<?> type) {
    ObjectNode node = NODES.objectNode();
    if (type.isEnum()) {
      ArrayNode values = node.put("type", "string").putArray("enum");
      Arrays.stream(type.getEnumConstants()).forEach(one -> values.add(((Enum<?>) one).name()));
      return node;
    }
    if (type.isSealed()) {
      ArrayNode choices = node.putArray("oneOf");
      for (Class<?> one : type.getPermittedSubclasses()) {
        choices.add(of(one));
      }
      return node;
    }
    node.put("type", "object");
    if (!type.isRecord()) {
      return node;
    }
    return record(type, node);
  }

  private ObjectNode record(Class<?> type, ObjectNode node) {
    ObjectNode properties = node.putObject("properties");
    ArrayNode required = NODES.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = name(component);
      properties.set(name, of(component.getGenericType()));
      if (!optional(component)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      node.set("required", required);
    }
    return node.put("additionalProperties", false);
  }

  private static String name(RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    return renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
  }

  /** What may be left out: annotated as nullable by any of the usual annotations, or Optional. */
  private static boolean optional(RecordComponent component) {
    return component.getType() == Optional.class
        || nullable(component.getAnnotatedType())
        || nullable(component);
  }

  private static boolean nullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(one -> one.annotationType().getSimpleName().equals("Nullable"));
  }

  private String free(String name) {
    String candidate = name;
    int number = 2;
    while (components.has(candidate)) {
      candidate = name + number++;
    }
    return candidate;
  }
}
