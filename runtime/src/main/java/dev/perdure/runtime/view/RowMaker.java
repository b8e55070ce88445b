package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.FieldKind;
import dev.perdure.runtime.type.ViewModel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Makes of an entity's state what is stored of its row. Runs the author's code. */
final class RowMaker {

  /** Longest row, as JSON. */
  static final int ROW_BYTES_MAX = 4 * 1024;

  /** Longest text in an index, in bytes of UTF-8. */
  static final int INDEXED_TEXT_BYTES_MAX = 256;

  private static final JsonFactory JSON = JsonFactory.builder().build();

  private final ViewModel model;

  RowMaker(ViewModel model) {
    this.model = model;
  }

  /**
   * A row.
   *
   * @param places of each index the rest of its key
   * @param json the fields, an object
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  record Made(List<byte[]> places, byte[] json) {}

  /**
   * The row of an entity; null if it has none.
   *
   * @throws RuntimeException whatever the author's code throws, and for what is too large
   */
  @Nullable Made make(EntityAddress address, Object state) {
    List<@Nullable Object> values = model.row(address.id(), state);
    if (values == null) {
      return null;
    }
    byte[] json = json(values);
    if (json.length > ROW_BYTES_MAX) {
      throw new IllegalArgumentException(
          "its row is " + json.length + " bytes long; " + ROW_BYTES_MAX + " are allowed");
    }
    List<byte[]> places = new ArrayList<>();
    for (List<Integer> index : model.indexes()) {
      ByteWriter out = new ByteWriter(64);
      Ordered.text(out, address.tenant());
      for (int place : index) {
        put(out, model.fields().get(place), values.get(place));
      }
      Ordered.put(out, FieldKind.TEXT, address.id());
      places.add(out.toBytes());
    }
    return new Made(places, json);
  }

  private static void put(ByteWriter out, ViewModel.Field field, @Nullable Object value) {
    if (value instanceof String text && text.length() * 3L > INDEXED_TEXT_BYTES_MAX) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > INDEXED_TEXT_BYTES_MAX) {
        throw new IllegalArgumentException(
            "field '%s' is in an index and %d bytes long; %d are allowed"
                .formatted(field.name(), bytes, INDEXED_TEXT_BYTES_MAX));
      }
    }
    Ordered.put(out, field.kind(), value);
  }

  private byte[] json(List<@Nullable Object> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      for (int i = 0; i < values.size(); i++) {
        json.writeName(model.fields().get(i).name());
        switch (values.get(i)) {
          case null -> json.writeNull();
          case Long number -> json.writeNumber(number);
          case Boolean one -> json.writeBoolean(one);
          case Instant at -> json.writeString(at.toString());
          case Object text -> json.writeString(String.valueOf(text));
        }
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
