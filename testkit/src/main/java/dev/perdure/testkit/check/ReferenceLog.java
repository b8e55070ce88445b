package dev.perdure.testkit.check;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.EntryReader;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.WakeRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The committed log read a second time, by other code than the shard's: which entries count, which
 * effects they have, which rows every replica must hold in the end.
 */
public final class ReferenceLog {

  private static final Set<String> HIDDEN =
      Set.of(EventsRow.HIDDEN_TYPE, EventsRow.HIDDEN_MESSAGES, EventsRow.HIDDEN_TRANSACTIONS);

  private final List<Effect> effects = new ArrayList<>();
  private final TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
  private final Map<String, Long> replyBytes = new TreeMap<>();
  private final Map<Long, String> stream = new TreeMap<>();
  private final Consumer<Violation> violations;
  private final WakeLog wakes;
  private long term;
  private long epoch;
  private long sequence = -1;
  private long stamp;
  private long nextOffset;
  private long acceptedIndex = -1;
  private long holes;
  private long oldEpochs;
  private long oldTerms;
  private long bareExpired;
  private long expired;
  private long checkpoints;

  /** An empty log. */
  public ReferenceLog(Consumer<Violation> violations) {
    this.violations = violations;
    this.wakes = new WakeLog(violations);
  }

  /** What became of wakes. */
  public WakeLog wakes() {
    return wakes;
  }

  /**
   * What a command left in the log.
   *
   * @param index of the log
   * @param committedAt the world's order at which a quorum had it
   */
  public record Effect(
      EntityAddress address, CommandRecord record, long offset, long index, long committedAt) {}

  /** Where an entry stands. */
  public record Place(long term, long index, long committedAt) {}

  /** Reads the next committed entry. */
  public void read(Place place, byte[] entry) {
    EntryHeader header = EntryReader.header(entry);
    Fence fence = header.fence();
    if (!counts(fence, place.term)) {
      return;
    }
    if (header.stamp() <= stamp) {
      report("index " + place.index, "stamp " + header.stamp() + " after " + stamp);
    }
    term = fence.term();
    epoch = fence.epoch();
    sequence = fence.sequence();
    stamp = header.stamp();
    acceptedIndex = place.index;
    Reading reading = new Reading(place);
    EntryReader.visit(entry, reading);
    reading.finish();
  }

  /** In plain words: in its own term, and next in the epoch, or first of a later epoch. */
  private boolean counts(Fence fence, long logTerm) {
    if (fence.term() != logTerm) {
      oldTerms++;
      return false;
    }
    if (fence.epoch() > epoch) {
      if (fence.sequence() == 0) {
        return true;
      }
      holes++;
      return false;
    }
    if (fence.epoch() < epoch || fence.term() != term) {
      oldEpochs++;
      return false;
    }
    if (fence.sequence() != sequence + 1) {
      holes++;
      return false;
    }
    return true;
  }

  private void report(String about, String detail) {
    violations.accept(new Violation(Checker.ORDER, about, detail));
  }

  /** Every effect, in order. */
  public List<Effect> effects() {
    return effects;
  }

  /** The rows that every replica must hold. */
  public Map<byte[], byte[]> rows() {
    return rows;
  }

  /** Who has events at which offset, in order, and where slots change. */
  public Map<Long, String> stream() {
    return stream;
  }

  /** Bytes of recorded replies per tenant. */
  public Map<String, Long> replyBytes() {
    return replyBytes;
  }

  /** The last stamp that counted. */
  public long stamp() {
    return stamp;
  }

  /** Index of the last entry that counted. */
  public long acceptedIndex() {
    return acceptedIndex;
  }

  /** Entries that did not count, by reason. */
  public record Ignored(long holes, long oldEpochs, long oldTerms) {}

  public Ignored ignored() {
    return new Ignored(holes, oldEpochs, oldTerms);
  }

  /** State checkpoints that were journaled. */
  public long checkpoints() {
    return checkpoints;
  }

  /** Entries' replies and bare rows that expired. */
  public record Expired(long entries, long bareRows) {}

  public Expired expired() {
    return new Expired(expired, bareExpired);
  }

  private final class Reading implements EntryReader.Visitor {
    private final Place place;
    private final long base = nextOffset;
    private final List<Long> hashes = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private final List<OperationsRow.BareRow> bare = new ArrayList<>();
    private final Map<String, Long> charged = new TreeMap<>();

    Reading(Place place) {
      this.place = place;
    }

    @Override
    public void command(EntryReader.CommandRow command) {
      byte[] key = command.row().key();
      CommandRecord record = CommandRecord.read(command.row().value());
      long offset = Keys.offsetOf(key);
      EntityAddress address = Keys.addressOf(key);
      if (offset != nextOffset) {
        report(address.toString(), "offset " + offset + " where " + nextOffset + " was next");
      }
      if (record.stamp() != stamp) {
        report(address.toString(), "record stamped " + record.stamp() + " in entry of " + stamp);
      }
      nextOffset = offset + record.offsets();
      wakes.command(address, record);
      rows.put(key, command.row().value());
      effects.add(new Effect(address, record, offset, place.index, place.committedAt));
      hashes.add(address.operationHash(record.origin().operationId()));
      offsets.add(offset);
      if (record.events().isEmpty()) {
        bare.add(new OperationsRow.BareRow(key, command.row().hash()));
      } else {
        inStream(offset, address, " decided");
      }
      if (command.charged() > 0) {
        charged.merge(address.tenant(), command.charged(), Long::sum);
      }
    }

    @Override
    public void checkpoint(EntryReader.RowRange row, long replaced) {
      checkpoints++;
      rows.put(row.key(), row.value());
    }

    @Override
    public void wake(EntryReader.RowRange row, EntryBuilder.WakeBefore before) {
      EntityAddress entity = Keys.addressOf(row.key());
      byte[] value = row.value();
      if (value.length == 0) {
        rows.remove(row.key());
        wakes.row(entity, null, stamp);
      } else {
        rows.put(row.key(), value);
        wakes.row(entity, WakeRow.read(value), stamp);
      }
    }

    @Override
    public void expiry(OperationsRow row) {
      expired++;
      byte[] key = Keys.operations(row.baseOffset());
      byte[] stored = rows.remove(key);
      if (stored == null) {
        violations.accept(
            new Violation(
                Checker.RETENTION,
                "index " + place.index,
                "replies at offset " + row.baseOffset() + " expire a second time"));
        return;
      }
      OperationsRow was = OperationsRow.read(stored);
      // The leader leaves out what is not this shard's any more.
      for (OperationsRow.BareRow gone : row.bare()) {
        bareExpired++;
        rows.remove(gone.key());
      }
      was.charged().forEach((tenant, bytes) -> charge(tenant, -bytes));
    }

    @Override
    public void slots(SlotChange change) {
      stream.put(nextOffset, change.status() + " " + change.slots());
      nextOffset++;
      if (change.status().clears()) {
        change.slots().forEach(slot -> rows.subMap(Keys.slot(slot), Keys.slot(slot + 1)).clear());
        for (EntityAddress entity : wakes.entities()) {
          if (change.slots().has(entity.slot())) {
            wakes.moved(entity, null);
          }
        }
      }
    }

    @Override
    public void imported(EntryReader.CommandRow imported) {
      byte[] key = imported.row().key();
      byte[] value = imported.row().value();
      rows.put(key, value);
      if (!Keys.isRecord(key)) {
        if (Keys.kindOf(key) == Keys.WAKE) {
          wakes.moved(Keys.addressOf(key), WakeRow.read(value));
        }
        return;
      }
      CommandRecord record = CommandRecord.read(value);
      EntityAddress address = Keys.addressOf(key);
      if (Keys.offsetOf(key) != nextOffset) {
        report(address.toString(), "imported to another offset than " + nextOffset);
      }
      if (imported.operation() != 0) {
        hashes.add(imported.operation());
        offsets.add(nextOffset);
      }
      if (record.events().isEmpty()) {
        bare.add(new OperationsRow.BareRow(key, imported.row().hash()));
      } else {
        inStream(nextOffset, address, " imported");
      }
      if (imported.charged() > 0) {
        charged.merge(address.tenant(), imported.charged(), Long::sum);
      }
      nextOffset += record.offsets();
    }

    void finish() {
      charged.forEach(this::charge);
      if (!hashes.isEmpty()) {
        OperationsRow row =
            new OperationsRow(
                base, stamp, array(hashes), array(offsets), List.copyOf(bare), charged);
        rows.put(Keys.operations(base), row.toBytes());
      }
    }

    /** Records of the platform's own are in no stream. */
    private void inStream(long offset, EntityAddress address, String how) {
      if (!HIDDEN.contains(address.type())) {
        stream.put(offset, address + how);
      }
    }

    private void charge(String tenant, long bytes) {
      replyBytes.merge(tenant, bytes, (a, b) -> a + b == 0 ? null : a + b);
    }

    private static long[] array(List<Long> values) {
      return values.stream().mapToLong(Long::longValue).toArray();
    }
  }
}
