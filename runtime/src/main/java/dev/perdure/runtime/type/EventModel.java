package dev.perdure.runtime.type;

import dev.perdure.api.Upcaster;
import dev.perdure.runtime.record.StoredEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Codec of one event record. */
final class EventModel {

  private final String name;
  private final int version;
  private final Class<?> type;
  private final Codec codec;

  EventModel(String name, int version, Class<?> type) {
    this.name = name;
    this.version = version;
    this.type = type;
    this.codec = new Codec(Json.STORED, type);
  }

  String name() {
    return name;
  }

  int version() {
    return version;
  }

  Class<?> type() {
    return type;
  }

  Codec codec() {
    return codec;
  }

  StoredEvent encode(Object event) {
    return new StoredEvent(name, version, StoredWriter.write(codec.writer(), event));
  }

  Object decode(byte[] json) {
    return codec.read(json);
  }

  Object fromMap(Map<String, Object> fields) {
    return Json.STORED.convertValue(fields, type);
  }

  /** The upcaster that reads the given stored version, null if there is none. */
  static @Nullable Upcaster find(List<Upcaster> upcasters, String name, int version) {
    for (Upcaster upcaster : upcasters) {
      if (upcaster.event().equals(name) && upcaster.fromVersion() == version) {
        return upcaster;
      }
    }
    return null;
  }
}
