package dev.perdure.runtime.view;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored of an entity that has a row: where its rows stand.
 *
 * @param upTo it was made of everything that begins before this offset
 * @param version of the entity then
 * @param places of each index the rest of its key, {@link ViewKeys}
 */
record StoredRow(long upTo, long version, List<byte[]> places) {

  StoredRow {
    places = List.copyOf(places);
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(64 * (1 + places.size()));
    out.varint(upTo).varint(version).varint(places.size());
    places.forEach(out::blob);
    return out.checksumFrom(0).toBytes();
  }

  static StoredRow read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "row of a view");
    long upTo = in.varint();
    long version = in.varint();
    int count = in.length();
    List<byte[]> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(in.blob());
    }
    return new StoredRow(upTo, version, places);
  }

  /**
   * A row at its place in an index.
   *
   * @param slot of the entity
   * @param json the fields, an object
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  record Entry(int slot, String id, long version, byte[] json) {

    byte[] toBytes() {
      return new ByteWriter(32 + id.length() + json.length)
          .u16(slot)
          .text(id)
          .varint(version)
          .blob(json)
          .checksumFrom(0)
          .toBytes();
    }

    static int slotOf(byte[] value) {
      return new ByteReader(value, 0, 2, "row of a view").u16();
    }

    static Entry read(byte[] value) {
      ByteReader in = ByteReader.checked(value, 0, value.length, "row of a view");
      return new Entry(in.u16(), in.text(), in.varint(), in.blob());
    }
  }
}
