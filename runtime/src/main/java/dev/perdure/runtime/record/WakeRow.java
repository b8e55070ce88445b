package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Check;

/**
 * When an entity wants to be woken. A row of kind {@link Keys#WAKE}; the newest replaces the one
 * before. Times are stamps: microseconds since 1970.
 *
 * @param due what the entity's state says; {@link #NEVER} waits for ever
 * @param version the entity's version that said it
 * @param attempts how often it was tried in vain
 * @param next when it is tried: at first {@code due}; {@link #SPENT} when it is over
 */
public record WakeRow(long due, long version, int attempts, long next) {

  /** A time that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** In place of a time: this wake has run, and the state has not named another one. */
  public static final long SPENT = -1;

  static final int FORMAT = 1;
  private static final int TYPE = 'K';

  public WakeRow {
    Check.argument(due >= 0 && next >= SPENT, "a wake's times are not negative");
  }

  /** A wake that was not tried yet. */
  public static WakeRow at(long due, long version) {
    return new WakeRow(due, version, 0, due);
  }

  /** Trying it failed; it is tried again. */
  public WakeRow again(long at) {
    return new WakeRow(due, version, attempts + 1, at);
  }

  /** It has run. */
  public WakeRow spent() {
    return new WakeRow(due, version, attempts, SPENT);
  }

  /** True if it is still to come, or for {@link #NEVER}: if it is in the index. */
  public boolean waits() {
    return next != SPENT;
  }

  /** The row's bytes. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(40);
    out.u8(FORMAT).u8(TYPE).varint(due).varint(version).varint(attempts);
    out.u8(waits() ? 1 : 0).varint(waits() ? next : 0);
    return out.checksumFrom(0).toBytes();
  }

  @Override
  public String toString() {
    return "due "
        + (due == NEVER ? "never" : due)
        + " of version "
        + version
        + (waits() ? attempts == 0 ? "" : " next " + next + " after " + attempts : " over");
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static WakeRow read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "wake");
    Formats.check(in, FORMAT, TYPE, "wake");
    long due = in.varint();
    long version = in.varint();
    int attempts = (int) in.varint();
    boolean waits = in.u8() == 1;
    return new WakeRow(due, version, attempts, waits ? in.varint() : SPENT);
  }
}
