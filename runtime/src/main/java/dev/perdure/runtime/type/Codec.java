package dev.perdure.runtime.type;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Reads and writes one class with one mapper. What that takes is worked out when it is first
 * needed: a node knows many classes of the platform's own and soon uses a few of them, and to work
 * out all made its start longer. Thread-safe: two who come first make the same.
 */
final class Codec {

  private final ObjectMapper mapper;
  private final Class<?> type;
  private volatile @Nullable ObjectReader reader;
  private volatile @Nullable ObjectWriter writer;

  Codec(ObjectMapper mapper, Class<?> type) {
    this.mapper = mapper;
    this.type = type;
  }

  /** Works it out now, so that no request has to wait for it. */
  void prepare() {
    reader();
    writer();
  }

  Object read(byte[] json) {
    return reader().readValue(json);
  }

  Object read(JsonNode tree) {
    return reader().readValue(tree);
  }

  private ObjectReader reader() {
    ObjectReader made = reader;
    if (made == null) {
      made = mapper.readerFor(type);
      reader = made;
    }
    return made;
  }

  ObjectWriter writer() {
    ObjectWriter made = writer;
    if (made == null) {
      made = mapper.writerFor(type);
      writer = made;
    }
    return made;
  }
}
