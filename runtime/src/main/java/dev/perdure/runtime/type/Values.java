package dev.perdure.runtime.type;

import dev.perdure.kernel.Hash64;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * What the steps of sagas take and give, as JSON text. Read and written by virtual threads, which
 * are many: buffers are shared, not kept by each thread.
 */
public final class Values {

  private static final ClassValue<ObjectWriter> WRITERS =
      new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
          return Json.VALUES.writerFor(type);
        }
      };

  private static final ClassValue<ObjectReader> READERS =
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return Json.VALUES.readerFor(type);
        }
      };

  private Values() {}

  /** A value as JSON. Runs user code (accessors). */
  public static String text(Object value) {
    return WRITERS.get(value.getClass()).writeValueAsString(value);
  }

  /**
   * A value from JSON; fields that its class does not have are ignored. Runs user code
   * (constructors).
   *
   * @throws JacksonException if it cannot be read as this
   */
  public static <T> T read(String json, Class<T> type) {
    return READERS.get(type).readValue(json);
  }

  /**
   * JSON in the one form in which equal values are equal texts.
   *
   * @throws JacksonException if it is not JSON
   */
  public static String canonical(byte[] json) {
    return new String(Canonical.bytes(Json.STRICT.readTree(json)), StandardCharsets.UTF_8);
  }

  /** Fingerprint of a text, after others; never 0. */
  public static long print(long before, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long hash = Hash64.of(bytes, 0, bytes.length, before);
    return hash == 0 ? 1 : hash;
  }
}
