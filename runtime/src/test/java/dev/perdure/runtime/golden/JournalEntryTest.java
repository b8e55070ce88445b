package dev.perdure.runtime.golden;

import static dev.perdure.runtime.golden.StoredRowsTest.ACCEPTED;
import static dev.perdure.runtime.golden.StoredRowsTest.CHECKPOINT;
import static dev.perdure.runtime.golden.StoredRowsTest.REJECTED;
import static dev.perdure.runtime.golden.StoredRowsTest.STAMP;
import static dev.perdure.runtime.golden.StoredRowsTest.WAKE;
import static dev.perdure.runtime.golden.StoredRowsTest.operations;
import static dev.perdure.runtime.golden.StoredRowsTest.wallet;
import static dev.perdure.runtime.golden.StoredRowsTest.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryBuilder.WakeBefore;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.EntryReader;
import dev.perdure.runtime.record.Fence;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.WakeRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Journal entries are, byte for byte, what they were in the first release. */
class JournalEntryTest {

  private static final SlotChange COMING =
      new SlotChange(
          SlotTable.Status.COMING, 9, 1, 258, SlotSet.where(slot -> slot <= 511 || slot == 700));

  private static final EntryHeader HEADER = new EntryHeader(new Fence(7, 3, 130), STAMP, 258);

  @Test
  void entriesKeepTheirBytes() {
    EntryBuilder builder = new EntryBuilder();
    builder.begin(HEADER);
    builder.command(
        Keys.record(wallet("w1"), 258), ACCEPTED, wallet("w1").operationHash("op-1"), 33);
    builder.command(
        Keys.record(wallet("w2"), 260), REJECTED, wallet("w2").operationHash("op-2"), 0);
    builder.checkpoint(Keys.checkpoint(wallet("w1")), CHECKPOINT, 0x0102030405060708L);
    builder.expiry(operations());

    assertThat(builder.finish()).isEqualTo(Golden.bytes("journal-entry"));
    assertThat(builder.offsets()).isEqualTo(3);
  }

  @Test
  void anEpochOpensWithTheSameBytes() {
    EntryBuilder builder = new EntryBuilder();
    builder.begin(new EntryHeader(new Fence(7, 4, 0), STAMP, 0));

    assertThat(builder.finish()).isEqualTo(Golden.bytes("journal-entry-opening"));
  }

  @Test
  void entriesOfMovesKeepTheirBytes() {
    EntryBuilder builder = new EntryBuilder();
    builder.begin(HEADER);
    builder.slots(COMING);
    byte[] key = Keys.record(wallet("w1"), 259);
    builder.imported(key, written(ACCEPTED::write), wallet("w1").operationHash("op-1"), 0);
    builder.imported(Keys.checkpoint(wallet("w1")), written(CHECKPOINT::write), 0, 0);
    byte[] entry = builder.finish();

    assertThat(entry).isEqualTo(Golden.bytes("journal-entry-moved"));
    assertThat(builder.offsets()).isEqualTo(3);
    Seen seen = new Seen();
    EntryReader.visit(entry, seen);
    assertThat(seen.keys).containsExactly(key, Keys.checkpoint(wallet("w1")));
    assertThat(seen.rows)
        .usingRecursiveComparison()
        .isEqualTo(List.of(COMING, ACCEPTED, CHECKPOINT));
  }

  @Test
  void entriesOfWakesKeepTheirBytes() {
    EntryBuilder builder = new EntryBuilder();
    builder.begin(HEADER);
    byte[] first = Keys.wake(wallet("w1"));
    byte[] second = Keys.wake(wallet("w2"));
    builder.wake(first, WAKE, WakeBefore.NONE);
    builder.wake(second, null, new WakeBefore(0x0102030405060708L, STAMP));
    builder.wake(second, WAKE.spent(), new WakeBefore(0x0102030405060708L, WakeRow.NEVER));
    byte[] entry = builder.finish();

    assertThat(entry).isEqualTo(Golden.bytes("journal-entry-wakes"));
    assertThat(builder.offsets()).isZero();
    Seen seen = new Seen();
    EntryReader.visit(entry, seen);
    assertThat(seen.keys).containsExactly(first, second, second);
    assertThat(seen.rows).isEqualTo(List.of(WAKE, "none", WAKE.spent()));
    assertThat(seen.numbers)
        .containsExactly(
            0L, WakeRow.SPENT, 0x0102030405060708L, STAMP, 0x0102030405060708L, WakeRow.NEVER);
  }

  @Test
  void entriesAreReadBack() {
    byte[] entry = Golden.bytes("journal-entry");
    Seen seen = new Seen();

    assertThat(EntryReader.header(entry)).isEqualTo(HEADER);
    EntryReader.visit(entry, seen);

    assertThat(seen.keys)
        .containsExactly(
            Keys.record(wallet("w1"), 258),
            Keys.record(wallet("w2"), 260),
            Keys.checkpoint(wallet("w1")));
    assertThat(seen.rows)
        .usingRecursiveComparison()
        .isEqualTo(List.of(ACCEPTED, REJECTED, CHECKPOINT, operations()));
    assertThat(seen.numbers)
        .containsExactly(
            wallet("w1").operationHash("op-1"),
            33L,
            wallet("w2").operationHash("op-2"),
            0L,
            0x0102030405060708L);
  }

  private static final class Seen implements EntryReader.Visitor {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<Object> rows = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();

    @Override
    public void command(EntryReader.CommandRow row) {
      keys.add(row.row().key());
      rows.add(CommandRecord.read(row.row().value()));
      numbers.add(row.operation());
      numbers.add(row.charged());
    }

    @Override
    public void checkpoint(EntryReader.RowRange row, long replaced) {
      keys.add(row.key());
      rows.add(StateCheckpoint.read(row.value()));
      numbers.add(replaced);
    }

    @Override
    public void wake(EntryReader.RowRange row, WakeBefore before) {
      keys.add(row.key());
      rows.add(row.valueLength() == 0 ? "none" : WakeRow.read(row.value()));
      numbers.add(before.hash());
      numbers.add(before.next());
    }

    @Override
    public void expiry(OperationsRow expired) {
      rows.add(expired);
    }

    @Override
    public void slots(SlotChange change) {
      rows.add(change);
    }

    @Override
    public void imported(EntryReader.CommandRow row) {
      if (Keys.isRecord(row.row().key())) {
        command(row);
      } else {
        checkpoint(row.row(), 0);
      }
    }
  }
}
