package dev.perdure.runtime.record;

import java.util.LinkedHashMap;
import java.util.Map;

/** Format version of each stored record that this version writes. */
public final class StoredFormats {

  private StoredFormats() {}

  /** By the record's name. */
  public static Map<String, Integer> all() {
    Map<String, Integer> formats = new LinkedHashMap<>();
    formats.put("journal entry", EntryBuilder.FORMAT);
    formats.put("command", CommandRecord.FORMAT);
    formats.put("chunk of records", RecordChunk.FORMAT);
    formats.put("recorded replies", OperationsRow.FORMAT);
    formats.put("state checkpoint", StateCheckpoint.FORMAT);
    formats.put("wake", WakeRow.FORMAT);
    formats.put("slot", SlotTable.FORMAT);
    formats.put("part of the stream", EventsRow.FORMAT);
    formats.put("known entities", 1);
    formats.put("totals", Totals.FORMAT);
    formats.put("store position", StoreMeta.FORMAT);
    return formats;
  }
}
