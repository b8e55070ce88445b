package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Check;
import org.jspecify.annotations.Nullable;

/**
 * When somebody has to look at an entity: because it wants to be woken, or because a transaction
 * holds it. A row of kind {@link Keys#WAKE}; the newest replaces the one before. Times are stamps:
 * microseconds since 1970.
 *
 * @param due what the entity's state says; {@link #NEVER} waits for ever
 * @param version the entity's version that said it
 * @param attempts how often it was tried in vain
 * @param next when it is tried: at first {@code due}; {@link #SPENT} when it is over
 * @param prepared what the transaction that holds the entity is to make of it; null if none does
 */
public record WakeRow(
    long due, long version, int attempts, long next, @Nullable Prepared prepared) {

  /** A time that does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  /** In place of a time: this wake has run, and the state has not named another one. */
  public static final long SPENT = -1;

  static final int FORMAT = 1;

  /** Of a row of an entity that a transaction holds. */
  static final int HELD_FORMAT = 2;

  private static final int TYPE = 'K';

  public WakeRow {
    Check.argument(due >= 0 && next >= SPENT, "a wake's times are not negative");
  }

  /** A wake that was not tried yet. */
  public static WakeRow at(long due, long version) {
    return new WakeRow(due, version, 0, due, null);
  }

  /**
   * A transaction holds the entity.
   *
   * @param until whoever finds it held then asks what became of the transaction
   */
  public static WakeRow held(long until, long version, Prepared prepared) {
    return new WakeRow(until, version, 0, until, prepared);
  }

  /** Trying it failed; it is tried again. */
  public WakeRow again(long at) {
    return new WakeRow(due, version, attempts + 1, at, prepared);
  }

  /** It has run. */
  public WakeRow spent() {
    return new WakeRow(due, version, attempts, SPENT, null);
  }

  /** True if it is still to come, or for {@link #NEVER}: if it is in the index. */
  public boolean waits() {
    return next != SPENT;
  }

  /** The row's bytes. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(40);
    out.u8(prepared == null ? FORMAT : HELD_FORMAT).u8(TYPE);
    out.varint(due).varint(version).varint(attempts);
    out.u8(waits() ? 1 : 0).varint(waits() ? next : 0);
    if (prepared != null) {
      prepared.write(out);
    }
    return out.checksumFrom(0).toBytes();
  }

  @Override
  public String toString() {
    if (prepared != null) {
      return "held by "
          + prepared.of()
          + " until "
          + next
          + (prepared.own() == null ? "" : "; " + prepared.own());
    }
    return "due "
        + (due == NEVER ? "never" : due)
        + " of version "
        + version
        + (waits() ? attempts == 0 ? "" : " next " + next + " after " + attempts : " over");
  }

  /** Reads a row; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static WakeRow read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "wake");
    boolean held = Formats.check(in, HELD_FORMAT, TYPE, "wake") == HELD_FORMAT;
    long due = in.varint();
    long version = in.varint();
    int attempts = (int) in.varint();
    boolean waits = in.u8() == 1;
    long at = in.varint();
    long next = waits ? at : SPENT;
    return new WakeRow(due, version, attempts, next, held ? Prepared.read(in) : null);
  }
}
