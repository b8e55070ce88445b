package dev.perdure.runtime.type;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;

/**
 * Writes one value after the other with one generator: making one takes as long as writing a small
 * record with it. One for each platform thread, of which few decide; virtual threads are many and
 * have none.
 */
final class StoredWriter {

  private static final int KEPT_BYTES_MAX = 64 * 1024;
  private static final ThreadLocal<StoredWriter> OWN = ThreadLocal.withInitial(StoredWriter::new);

  private ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private @Nullable JsonGenerator generator;

  private StoredWriter() {}

  /** The value as JSON. Runs user code (accessors). */
  static byte[] write(ObjectWriter writer, Object value) {
    return Thread.currentThread().isVirtual()
        ? writer.writeValueAsBytes(value)
        : OWN.get().next(writer, value);
  }

  private byte[] next(ObjectWriter writer, Object value) {
    // What throws in the middle leaves its generator in the middle, too, and so does an accessor
    // that comes back to here: both find it gone.
    JsonGenerator mine = generator;
    generator = null;
    if (mine == null) {
      out = new ByteArrayOutputStream(512);
      mine = Json.STORED.createGenerator(out);
    }
    ByteArrayOutputStream bytes = out;
    writer.writeValue(mine, value);
    mine.flush();
    byte[] json = bytes.toByteArray();
    if (json.length <= KEPT_BYTES_MAX) {
      bytes.reset();
      out = bytes;
      generator = mine;
    } else {
      mine.close();
      out = new ByteArrayOutputStream(512);
    }
    return json;
  }
}
