package dev.perdure.runtime.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.record.RecordChunk;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.StoreMeta;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.record.WakeRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows and keys are, byte for byte, what they were in the first release. */
class StoredRowsTest {

  static final long STAMP = 1_760_000_000_123_456L;

  static final CommandRecord ACCEPTED =
      new CommandRecord(
          300,
          STAMP,
          new CommandRecord.Origin(
              "op-1", 0x1122334455667788L, "anna", "4bf92f3577b34da6a3ce929d0e0e4736", ""),
          new CommandRecord.Answer(null, utf8("{\"balance\":5}")),
          List.of(
              new StoredEvent("deposited", 1, utf8("{\"amount\":5}")),
              new StoredEvent("marked", 2, utf8("{}"))));

  static final CommandRecord REJECTED =
      new CommandRecord(
          0,
          STAMP,
          new CommandRecord.Origin("op-2", 0xFEDCBA9876543210L, "", "", ""),
          new CommandRecord.Answer("insufficient-funds", utf8("je málo")),
          List.of());

  static final StateCheckpoint CHECKPOINT =
      new StateCheckpoint(302, 259, 3, 0xA1B2C3D4E5F60718L, utf8("{\"balance\":5}"));

  static final StoreMeta META = new StoreMeta(7, 1000, new Fence(7, 3, 130), STAMP, 261);

  static final WakeRow WAKE = WakeRow.at(STAMP + 60_000_000, 302);

  static EntityAddress wallet(String id) {
    return new EntityAddress("default", "wallet", id);
  }

  static OperationsRow operations() {
    byte[] bare = Keys.record(wallet("w2"), 260);
    return new OperationsRow(
        258,
        STAMP,
        new long[] {wallet("w1").operationHash("op-1"), wallet("w2").operationHash("op-2")},
        new long[] {258, 260},
        List.of(
            new OperationsRow.BareRow(bare, EntryBuilder.rowHash(bare, written(REJECTED::write)))),
        new TreeMap<>(Map.of("default", 60L, "other", 300L)));
  }

  static Totals totals() {
    Totals totals = Totals.empty();
    totals.meta(META);
    totals.add(0, 0x1111111111111111L);
    totals.add(2047, 0x2222222222222222L);
    totals.add(4095, -2);
    totals.charge("default", 60);
    totals.charge("other", 5_000_000_000L);
    return totals;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] written(Consumer<ByteWriter> what) {
    ByteWriter out = new ByteWriter(16);
    what.accept(out);
    return out.toBytes();
  }

  @Test
  void keysKeepTheirBytes() {
    EntityAddress address = wallet("žluťoučký");
    assertThat(Keys.checkpoint(address)).isEqualTo(Golden.bytes("key-checkpoint"));
    assertThat(Keys.record(address, 258)).isEqualTo(Golden.bytes("key-record"));
    assertThat(Keys.chunk(Keys.prefixOf(Golden.bytes("key-record")), 258))
        .isEqualTo(Golden.bytes("key-chunk"));
    assertThat(Keys.meta()).isEqualTo(Golden.bytes("key-meta"));
    assertThat(Keys.totals()).isEqualTo(Golden.bytes("key-totals"));
    assertThat(Keys.operations(258)).isEqualTo(Golden.bytes("key-operations"));
    assertThat(Keys.slotState(700)).isEqualTo(Golden.bytes("key-slot"));
    assertThat(Keys.slotOfState(Golden.bytes("key-slot"))).isEqualTo(700);
    byte[] wake = Keys.wake(address);
    assertThat(wake).isEqualTo(Golden.bytes("key-wake"));
    byte[] index = Golden.bytes("key-wake-index");
    assertThat(Keys.wakeIndex(wake, STAMP)).isEqualTo(index);
    assertThat(Keys.wakeOfIndex(index)).isEqualTo(wake);
    assertThat(Keys.timeOfIndex(index)).isEqualTo(STAMP);
    assertThat(Keys.slotOfState(index)).isEqualTo(address.slot());
    assertThat(Keys.wakeCount(700)).isEqualTo(Golden.bytes("key-wake-count"));
  }

  @Test
  void keysAreReadBack() {
    byte[] record = Golden.bytes("key-record");
    assertThat(Keys.addressOf(record)).isEqualTo(wallet("žluťoučký"));
    assertThat(Keys.kindOf(record)).isEqualTo(Keys.RECORD);
    assertThat(Keys.offsetOf(record)).isEqualTo(258);
    assertThat(Keys.isRecord(record)).isTrue();
    assertThat(Keys.isChunk(record)).isFalse();
    assertThat(Keys.isChunk(Golden.bytes("key-chunk"))).isTrue();
    assertThat(Keys.isRecord(Golden.bytes("key-checkpoint"))).isFalse();
    assertThat(Keys.inSlot(record)).isTrue();
    assertThat(Keys.inSlot(Golden.bytes("key-operations"))).isFalse();
  }

  @Test
  void commandRecordsKeepTheirBytes() {
    assertThat(written(ACCEPTED::write)).isEqualTo(Golden.bytes("command-record"));
    assertThat(written(REJECTED::write)).isEqualTo(Golden.bytes("command-record-rejected"));
  }

  @Test
  void commandRecordsAreReadBack() {
    assertThat(CommandRecord.read(Golden.bytes("command-record")))
        .usingRecursiveComparison()
        .isEqualTo(ACCEPTED);
    assertThat(CommandRecord.read(Golden.bytes("command-record-rejected")))
        .usingRecursiveComparison()
        .isEqualTo(REJECTED);
  }

  @Test
  void chunksKeepTheirBytes() {
    byte[] record = Golden.bytes("command-record");
    ByteWriter records = new ByteWriter(16);
    records.varint(0).blob(record).varint(4).blob(record);
    assertThat(RecordChunk.row(2, 258, records)).isEqualTo(Golden.bytes("record-chunk"));
    RecordChunk.Cursor read = RecordChunk.read(Golden.bytes("record-chunk"));
    assertThat(read.next()).isTrue();
    assertThat(read.offset()).isEqualTo(258);
    read.skip();
    assertThat(read.next()).isTrue();
    assertThat(read.offset()).isEqualTo(262);
    assertThat(read.record()).isEqualTo(record);
    assertThat(read.next()).isFalse();
  }

  @Test
  void stateCheckpointsKeepTheirBytes() {
    assertThat(written(CHECKPOINT::write)).isEqualTo(Golden.bytes("state-checkpoint"));
    assertThat(StateCheckpoint.read(Golden.bytes("state-checkpoint")))
        .usingRecursiveComparison()
        .isEqualTo(CHECKPOINT);
  }

  @Test
  void operationsRowsKeepTheirBytes() {
    assertThat(operations().toBytes()).isEqualTo(Golden.bytes("operations-row"));
    assertThat(OperationsRow.read(Golden.bytes("operations-row")))
        .usingRecursiveComparison()
        .isEqualTo(operations());
  }

  @Test
  void storePositionsKeepTheirBytes() {
    assertThat(META.toBytes()).isEqualTo(Golden.bytes("store-meta"));
    assertThat(StoreMeta.read(Golden.bytes("store-meta"))).isEqualTo(META);
    assertThat(StoreMeta.EMPTY.toBytes()).isEqualTo(Golden.bytes("store-meta-empty"));
    assertThat(StoreMeta.read(Golden.bytes("store-meta-empty"))).isEqualTo(StoreMeta.EMPTY);
  }

  @Test
  void wakesKeepTheirBytes() {
    assertThat(WAKE.again(STAMP).toBytes()).isEqualTo(Golden.bytes("wake"));
    assertThat(WAKE.spent().toBytes()).isEqualTo(Golden.bytes("wake-over"));
    assertThat(WakeRow.read(Golden.bytes("wake"))).isEqualTo(WAKE.again(STAMP));
    assertThat(WakeRow.read(Golden.bytes("wake-over"))).isEqualTo(WAKE.spent());
  }

  @Test
  void wakesOfEntitiesThatAreHeldKeepTheirBytes() {
    Prepared prepared =
        new Prepared(
            new Prepared.Of("t-1", 2),
            new CommandRecord.Origin("transaction:t-1", 0x1122334455667788L, "tester", "", ""),
            "{\"balance\":70}".getBytes(StandardCharsets.UTF_8),
            List.of(
                new StoredEvent(
                    "withdrawn", 1, "{\"amount\":30}".getBytes(StandardCharsets.UTF_8))),
            WAKE.again(STAMP));
    WakeRow held = WakeRow.held(STAMP + 5_000_000, 301, prepared);

    assertThat(held.toBytes()).isEqualTo(Golden.bytes("wake-held"));
    assertThat(WakeRow.read(Golden.bytes("wake-held"))).usingRecursiveComparison().isEqualTo(held);
  }

  @Test
  void slotsKeepTheirBytes() {
    SlotSet one = SlotSet.range(700, 700);
    SlotTable table = SlotTable.EMPTY.with(new SlotChange(SlotTable.Status.COMING, 9, 1, 258, one));
    assertThat(table.row(700)).isEqualTo(Golden.bytes("slot"));
    SlotTable read = SlotTable.EMPTY.read(700, Golden.bytes("slot"));
    assertThat(read.of(700)).isEqualTo(table.of(700));
    assertThat(read.owns(700)).isFalse();
    assertThat(read.owns(699)).isTrue();
  }

  @Test
  void partsOfTheStreamKeepTheirBytes() {
    byte[] first = {2, (byte) 0xbc, 1, 0x74, 1};
    byte[] second = {2, (byte) 0xbc, 1, 0x74, 2};
    SlotSet slot = SlotSet.range(700, 700);
    EventsRow row =
        new EventsRow(
            STAMP,
            List.of(
                new EventsRow.Recorded(258, first, false),
                new EventsRow.Recorded(259, second, true),
                new EventsRow.Slots(264, new SlotChange(SlotTable.Status.GONE, 9, 1, 264, slot))));
    assertThat(row.toBytes()).isEqualTo(Golden.bytes("events-row"));
    assertThat(EventsRow.read(Golden.bytes("events-row")))
        .usingRecursiveComparison()
        .isEqualTo(row);
  }

  @Test
  void totalsKeepTheirBytes() {
    assertThat(totals().toBytes()).isEqualTo(Golden.bytes("totals"));
    assertThat(Totals.read(Golden.bytes("totals"))).usingRecursiveComparison().isEqualTo(totals());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command-record",
        "command-record-rejected",
        "record-chunk",
        "state-checkpoint",
        "operations-row",
        "slot",
        "events-row",
        "wake",
        "wake-held",
        "store-meta",
        "totals"
      })
  void everyFlippedBitIsFound(String name) {
    byte[] bytes = Golden.bytes(name);
    int step = Math.max(1, bytes.length * 8 / 4000);
    for (int bit = 0; bit < bytes.length * 8; bit += step) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(name, flipped))
          .as("bit %d of %s", bit, name)
          .isInstanceOf(CorruptionException.class);
    }
  }

  private static Object read(String name, byte[] bytes) {
    return switch (name) {
      case "record-chunk" -> RecordChunk.read(bytes);
      case "state-checkpoint" -> StateCheckpoint.read(bytes);
      case "operations-row" -> OperationsRow.read(bytes);
      case "slot" -> SlotTable.EMPTY.read(700, bytes);
      case "events-row" -> EventsRow.read(bytes);
      case "wake", "wake-held" -> WakeRow.read(bytes);
      case "store-meta" -> StoreMeta.read(bytes);
      case "totals" -> Totals.read(bytes);
      default -> CommandRecord.read(bytes);
    };
  }
}
