package dev.perdure.runtime.type;

import dev.perdure.kernel.Hash64;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Codec of one command record. */
final class CommandModel {

  private static final int NESTING_MAX = 8;
  private static final Set<Class<?>> PLAIN =
      Set.of(
          String.class,
          boolean.class,
          Boolean.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          short.class,
          Short.class);

  private final String name;
  private final Set<String> names;
  private final Class<?> type;
  private final long nameHash;
  private final Codec codec;
  private final boolean plain;

  /**
   * A command.
   *
   * @param names the stored name and its aliases
   */
  CommandModel(String name, Set<String> names, Class<?> type) {
    this.name = name;
    this.names = names;
    this.type = type;
    this.nameHash = Hash64.of(name.getBytes(StandardCharsets.UTF_8));
    this.codec = new Codec(Json.STRICT, type);
    this.plain = isPlain(type, 0);
  }

  /** True if a mapper with sorted properties writes it in canonical form. */
  private static boolean isPlain(Type type, int depth) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return isPlain(list.getActualTypeArguments()[0], depth + 1);
    }
    if (!(type instanceof Class<?> plain) || depth > NESTING_MAX) {
      return false;
    }
    return PLAIN.contains(plain)
        || plain.isEnum()
        || (plain.isRecord()
            && Arrays.stream(plain.getRecordComponents())
                .allMatch(one -> isPlain(one.getGenericType(), depth + 1)));
  }

  String name() {
    return name;
  }

  Set<String> names() {
    return names;
  }

  Class<?> type() {
    return type;
  }

  long nameHash() {
    return nameHash;
  }

  Codec codec() {
    return codec;
  }

  Object read(JsonNode tree) {
    return codec.read(tree);
  }

  /** As it is written in canonical form, whoever wrote it. */
  byte[] write(Object command) {
    byte[] json = codec.writer().writeValueAsBytes(command);
    return plain ? json : Canonical.bytes(Json.STRICT.readTree(json));
  }
}
