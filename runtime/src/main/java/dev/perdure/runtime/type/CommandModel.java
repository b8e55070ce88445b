package dev.perdure.runtime.type;

import dev.perdure.kernel.Hash64;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/** Codec of one command record. */
final class CommandModel {

  private final String name;
  private final Set<String> names;
  private final Class<?> type;
  private final long nameHash;
  private final ObjectReader reader;
  private final ObjectWriter writer;

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
    this.reader = Json.STRICT.readerFor(type);
    this.writer = Json.STRICT.writerFor(type);
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

  Object read(JsonNode tree) {
    return reader.readValue(tree);
  }

  byte[] write(Object command) {
    return writer.writeValueAsBytes(command);
  }
}
