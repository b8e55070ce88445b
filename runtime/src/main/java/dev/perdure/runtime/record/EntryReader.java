package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.Hash64;

/** Reads a journal entry and hands its records to a visitor. Stateless. */
public final class EntryReader {

  private EntryReader() {}

  /** What an entry holds. Ranges are parts of {@code entry}. */
  public interface Visitor {

    /** A command's record. */
    void command(CommandRow row);

    /** A state checkpoint's key and value. */
    void checkpoint(RowRange row, long replaced);

    /** When an entity wants to be woken: a key and a value, which is empty if it does not. */
    void wake(RowRange row, EntryBuilder.WakeBefore before);

    /** The end of an older entry's recorded replies. */
    void expiry(OperationsRow expired);

    /** What becomes of slots. */
    void slots(SlotChange change);

    /** A row that another shard had; its operation is 0 if it is not remembered, or no record. */
    void imported(CommandRow row);
  }

  /** A key and a value within an entry. */
  public record RowRange(byte[] entry, int keyFrom, int keyLength, int valueFrom, int valueLength) {

    /** The slot of its key. */
    public int slot() {
      return Keys.slotOf(entry, keyFrom);
    }

    public byte[] key() {
      return java.util.Arrays.copyOfRange(entry, keyFrom, keyFrom + keyLength);
    }

    public byte[] value() {
      return java.util.Arrays.copyOfRange(entry, valueFrom, valueFrom + valueLength);
    }

    /** Its contribution to its slot's hash. */
    public long hash() {
      return Hash64.of(entry, valueFrom, valueLength, Hash64.of(entry, keyFrom, keyLength, 0));
    }

    /** The offset that a command record's key ends with. */
    public long offset() {
      return Keys.offsetAt(entry, keyFrom + keyLength);
    }

    /** The tenant of its key. */
    public String tenant() {
      return new ByteReader(entry, keyFrom + 2, keyLength - 2, "key").text();
    }
  }

  /**
   * A command's row and what goes with it.
   *
   * @param operation hash of its operation id
   * @param charged bytes that count for its tenant
   */
  public record CommandRow(RowRange row, long operation, long charged) {}

  /** Verifies the checksum and reads the header. */
  public static EntryHeader header(byte[] entry) {
    return header(verified(entry));
  }

  private static ByteReader verified(byte[] entry) {
    ByteReader in = ByteReader.checked(entry, 0, entry.length, "journal entry");
    Formats.check(in, EntryBuilder.FORMAT, EntryBuilder.TYPE, "journal entry");
    return in;
  }

  private static EntryHeader header(ByteReader in) {
    Fence fence = new Fence(in.varint(), in.varint(), in.varint());
    return new EntryHeader(fence, in.varint(), in.varint());
  }

  /** Visits the records of an entry whose header was read, and so its checksum verified. */
  public static void visit(byte[] entry, Visitor visitor) {
    ByteReader in = new ByteReader(entry, 0, entry.length - 4, "journal entry");
    in.skip(2);
    header(in);
    int count = in.u32();
    for (int i = 0; i < count; i++) {
      int type = in.u8();
      switch (type) {
        case EntryBuilder.COMMAND -> {
          long operation = in.u64();
          long charged = in.varint();
          visitor.command(new CommandRow(row(in), operation, charged));
        }
        case EntryBuilder.CHECKPOINT -> {
          long replaced = in.u64();
          visitor.checkpoint(row(in), replaced);
        }
        case EntryBuilder.WAKE -> {
          long hash = in.u64();
          boolean indexed = in.u8() == 1;
          long next = in.varint();
          visitor.wake(row(in), new EntryBuilder.WakeBefore(hash, indexed ? next : WakeRow.SPENT));
        }
        case EntryBuilder.EXPIRY -> visitor.expiry(OperationsRow.read(in.blob()));
        case EntryBuilder.SLOTS -> visitor.slots(SlotChange.read(in));
        case EntryBuilder.IMPORT -> {
          long operation = in.u64();
          long charged = in.varint();
          visitor.imported(new CommandRow(row(in), operation, charged));
        }
        default ->
            throw new CorruptionException(
                "journal entry holds a record of type "
                    + type
                    + ", which this version cannot read");
      }
    }
    if (in.remaining() != 0) {
      throw new CorruptionException("journal entry has " + in.remaining() + " bytes too many");
    }
  }

  private static RowRange row(ByteReader in) {
    int keyLength = in.length();
    int keyFrom = in.position();
    in.skip(keyLength);
    int valueLength = in.length();
    int valueFrom = in.position();
    in.skip(valueLength);
    return new RowRange(in.array(), keyFrom, keyLength, valueFrom, valueLength);
  }
}
