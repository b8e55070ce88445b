package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;

/**
 * An entity's state at a version, so that a fold need not start at the first event. A row of kind
 * {@link Keys#CHECKPOINT}; the newest replaces the one before.
 *
 * @param version the entity's version it stands for
 * @param offset offset of the last event it includes
 * @param entityVersion {@code Entity.version} of the code that folded it
 * @param fingerprint fold fingerprint of the code that folded it
 * @param state the state as JSON
 */
public record StateCheckpoint(
    long version, long offset, int entityVersion, long fingerprint, byte[] state) {

  static final int FORMAT = 1;
  private static final int TYPE = 'C';

  /** Appends the row's bytes. */
  public void write(ByteWriter out) {
    int start = out.size();
    out.u8(FORMAT).u8(TYPE).varint(version).varint(offset).varint(entityVersion);
    out.u64(fingerprint).blob(state).checksumFrom(start);
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static StateCheckpoint read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "state checkpoint");
    Formats.check(in, FORMAT, TYPE, "state checkpoint");
    return new StateCheckpoint(in.varint(), in.varint(), (int) in.varint(), in.u64(), in.blob());
  }
}
