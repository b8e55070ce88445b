package dev.perdure.runtime.record;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What of an entry belongs to the shard's stream: which records with events it holds, and what
 * became of slots. A row beside the facts, derived from them.
 *
 * <pre>
 * format(1) type(1) stamp count, then of each: offset minus the one before, kind(1), blob
 * </pre>
 *
 * @param stamp of the entry; of a row that was made later, of its record
 */
public record EventsRow(long stamp, List<Item> items) {

  /** The type of the records that subscriptions keep: they are in no stream. */
  public static final String HIDDEN_TYPE = "perdure.subscription";

  /** The type of the messages of queues: they are in no stream either. */
  public static final String HIDDEN_MESSAGES = "perdure.message";

  /** The type of the records of transactions: they are in no stream. */
  public static final String HIDDEN_TRANSACTIONS = "perdure.transaction";

  static final int FORMAT = 1;
  private static final int TYPE = 'E';
  private static final int DECIDED = 1;
  private static final int IMPORTED = 2;
  private static final int SLOTS = 3;

  public EventsRow {
    items = List.copyOf(items);
  }

  /** A part of the stream. */
  public sealed interface Item {

    /** The shard's offset of it. */
    long offset();
  }

  /**
   * A command record with events.
   *
   * @param prefix of the entity's keys
   * @param imported true if a move brought it
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  public record Recorded(long offset, byte[] prefix, boolean imported) implements Item {}

  /** A change of what the shard is to slots. */
  public record Slots(long offset, SlotChange change) implements Item {}

  /** The entity type in a key's prefix. */
  public static String typeOf(byte[] key, int from, int length) {
    ByteReader in = new ByteReader(key, from, length, "key");
    in.u16();
    in.skip(in.u8());
    return new String(in.raw(in.u8()), StandardCharsets.UTF_8);
  }

  /** The row's bytes. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter(64 + 48 * items.size());
    out.u8(FORMAT).u8(TYPE).varint(stamp).varint(items.size());
    long before = 0;
    for (Item item : items) {
      out.varint(item.offset() - before);
      before = item.offset();
      switch (item) {
        case Recorded record -> out.u8(record.imported ? IMPORTED : DECIDED).blob(record.prefix);
        case Slots slots -> {
          ByteWriter change = new ByteWriter(32);
          slots.change.write(change);
          out.u8(SLOTS).blob(change.toBytes());
        }
      }
    }
    return out.checksumFrom(0).toBytes();
  }

  /**
   * Reads a row.
   *
   * @throws CorruptionException if it is damaged or of a newer format
   */
  public static EventsRow read(byte[] row) {
    ByteReader in = ByteReader.checked(row, 0, row.length, "row of a stream");
    Formats.check(in, FORMAT, TYPE, "row of a stream");
    long stamp = in.varint();
    int count = in.length();
    List<Item> items = new ArrayList<>(count);
    long offset = 0;
    for (int i = 0; i < count; i++) {
      offset += in.varint();
      int kind = in.u8();
      byte[] bytes = in.blob();
      items.add(
          switch (kind) {
            case DECIDED, IMPORTED -> new Recorded(offset, bytes, kind == IMPORTED);
            case SLOTS -> new Slots(offset, SlotChange.read(new ByteReader(bytes, "slots")));
            default -> throw new CorruptionException("kind " + kind + " of a stream's row");
          });
    }
    return new EventsRow(stamp, items);
  }
}
