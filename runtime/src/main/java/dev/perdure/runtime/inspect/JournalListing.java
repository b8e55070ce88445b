package dev.perdure.runtime.inspect;

import dev.perdure.journal.ratis.LogEntries;
import dev.perdure.journal.ratis.LogEntry;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.record.EntryHeader;
import java.util.List;
import java.util.function.Consumer;

/** Lists a shard's journal, oldest entry first. */
public final class JournalListing {

  private JournalListing() {}

  /**
   * One entry.
   *
   * @param file name of the file that holds it
   * @param offset byte of the file at which it begins
   * @param kind command entry, or which kind of the engine's own
   * @param epoch of its fence, -1 for the engine's own
   * @param sequence of its fence, -1 for the engine's own
   * @param stampMicros microseconds since 1970, 0 for the engine's own
   * @param records one line per record
   */
  public record Line(
      long term,
      long index,
      String file,
      long offset,
      String kind,
      long epoch,
      long sequence,
      long stampMicros,
      List<String> records) {}

  /**
   * Hands over entries with an index from {@code from} on, at most {@code limit}.
   *
   * @return how many were handed over
   */
  public static long list(DataDirectory data, int shard, Range range, Consumer<Line> sink) {
    long count = 0;
    try (LogEntries entries = LogEntries.of(data.journal(), shard)) {
      while (entries.hasNext() && count < range.limit()) {
        LogEntry entry = entries.next();
        if (entry.position().index() >= range.from()) {
          sink.accept(line(entry));
          count++;
        }
      }
    }
    return count;
  }

  /** Which entries. */
  public record Range(long from, long limit) {}

  private static Line line(LogEntry entry) {
    String file = String.valueOf(entry.file().getFileName());
    long term = entry.position().term();
    long index = entry.position().index();
    if (entry.kind() != LogEntry.Kind.APPENDED) {
      String kind = entry.kind().name().toLowerCase(java.util.Locale.ROOT);
      return new Line(term, index, file, entry.offset(), kind, -1, -1, 0, List.of());
    }
    EntryText text = EntryText.of(entry.bytes());
    EntryHeader header = text.header();
    return new Line(
        term,
        index,
        file,
        entry.offset(),
        header.fence().sequence() == 0 ? "opening" : "commands",
        header.fence().epoch(),
        header.fence().sequence(),
        header.stamp(),
        text.records());
  }
}
