package dev.perdure.runtime.inspect;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.EntryReader;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.WakeRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A journal entry for people: every record is read, and so verified.
 *
 * @param header its fence, stamp and first offset
 * @param records one line per record
 */
public record EntryText(EntryHeader header, List<String> records) {

  /** Reads an entry; damaged bytes throw {@link dev.perdure.kernel.CorruptionException}. */
  public static EntryText of(byte[] entry) {
    EntryHeader header = EntryReader.header(entry);
    List<String> lines = new ArrayList<>();
    EntryReader.visit(
        entry,
        new EntryReader.Visitor() {
          @Override
          public void command(EntryReader.CommandRow command) {
            lines.add(commandLine(command));
          }

          @Override
          public void checkpoint(EntryReader.RowRange row, long replaced) {
            StateCheckpoint checkpoint = StateCheckpoint.read(row.value());
            lines.add(
                "checkpoint " + Keys.addressOf(row.key()) + " version " + checkpoint.version());
          }

          @Override
          public void wake(EntryReader.RowRange row, EntryBuilder.WakeBefore before) {
            String at = row.valueLength() == 0 ? "none" : WakeRow.read(row.value()).toString();
            lines.add("wake " + Keys.addressOf(row.key()) + " " + at);
          }

          @Override
          public void expiry(OperationsRow expired) {
            lines.add("expiry of " + expired.hashes().length + " recorded replies");
          }

          @Override
          public void slots(SlotChange change) {
            lines.add(
                "slots "
                    + change.slots()
                    + " "
                    + change.status().name().toLowerCase(Locale.ROOT)
                    + " other shard "
                    + change.other()
                    + " move "
                    + change.move());
          }

          @Override
          public void imported(EntryReader.CommandRow row) {
            byte[] key = row.row().key();
            lines.add(
                Keys.isRecord(key)
                    ? "import " + commandLine(row)
                    : "import row of " + Keys.addressOf(key));
          }
        });
    return new EntryText(header, List.copyOf(lines));
  }

  private static String commandLine(EntryReader.CommandRow command) {
    CommandRecord record = CommandRecord.read(command.row().value());
    String events =
        record.events().stream().map(one -> one.name()).reduce((a, b) -> a + "," + b).orElse("-");
    String answer = record.answer().rejection() == null ? "accepted" : record.answer().rejection();
    return "command "
        + Keys.addressOf(command.row().key())
        + " version "
        + record.version()
        + " operation "
        + record.origin().operationId()
        + " "
        + answer
        + " events "
        + events;
  }
}
