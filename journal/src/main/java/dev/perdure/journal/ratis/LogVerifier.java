package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal's files without a server, verifies every record's checksum and order, and names
 * what is wrong. It changes nothing.
 *
 * <p>Damage to entries that nobody was answered for is not a loss and does not keep a journal from
 * starting: such are the entries after the forced mark while the machine has not been booted since,
 * and after a boot a last record that was written in part. Everything else refuses.
 */
public final class LogVerifier {

  private final Path directory;
  private final Expected expected;
  private final ForcedMark.Reading mark;
  private final List<LogFinding> findings = new ArrayList<>();
  private final List<LogReport.Segment> segments = new ArrayList<>();
  private LogPosition last = LogPosition.NONE;
  private RaftMeta.Configurations configurations = RaftMeta.Configurations.NONE;

  private LogVerifier(Path directory, Expected expected) throws IOException {
    this.directory = directory;
    this.expected = expected;
    this.mark = ForcedMark.read(directory);
  }

  /**
   * What the state beside the log says about it.
   *
   * @param snapshotIndex replay begins behind it; -1 without a snapshot
   * @param appliedIndex the stored state contains everything up to here; -1 if it is empty
   */
  record Expected(long snapshotIndex, long appliedIndex) {
    static final Expected NOTHING = new Expected(Long.MAX_VALUE, -1);
  }

  /**
   * Verifies a shard's journal. While a node writes to it, the end of its last file may look torn.
   *
   * @param journals the directory that {@link RatisSettings#directory} names
   * @throws UncheckedIOException if the files cannot be read
   */
  public static LogReport verify(Path journals, int shard) {
    try {
      return verify(ShardGroup.directory(journals, shard), Expected.NOTHING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Verifies a shard's directory also against the state beside it. */
  static LogReport verify(Path directory, Expected expected) throws IOException {
    return new LogVerifier(directory, expected).verify();
  }

  private LogReport verify() throws IOException {
    Path log = directory.resolve("current");
    List<SegmentFile> files = SegmentFile.list(log);
    if (mark.damaged()) {
      findings.add(
          new LogFinding(
              LogFinding.Kind.DAMAGED_MARK,
              directory.resolve(ForcedMark.NAME),
              0,
              -1,
              "unreadable"));
    }
    for (int i = 0; i < files.size(); i++) {
      segment(files.get(i), i + 1 < files.size() ? files.get(i + 1) : null);
    }
    boolean fresh = files.isEmpty() && !Files.exists(log.resolve(RaftMeta.NAME));
    if (!fresh) {
      end(files.isEmpty() ? null : files.getLast());
      findings.addAll(RaftMeta.check(log, last, configurations));
    } else if (expected.appliedIndex > expected.snapshotIndex || mark.index() >= 0) {
      long from = mark.index() >= 0 ? 0 : expected.snapshotIndex + 1;
      findings.add(
          new LogFinding(LogFinding.Kind.MISSING_ENTRIES, log, 0, from, "the log is gone"));
    }
    return new LogReport(directory, segments, last, mark.index(), findings);
  }

  private void segment(SegmentFile file, @Nullable SegmentFile next) throws IOException {
    gapBefore(file);
    long entries = 0;
    try (SegmentCursor cursor = new SegmentCursor(file)) {
      while (cursor.advance()) {
        if (untrusted(file, next, cursor.position())) {
          String what = "written when the disk failed, and never acknowledged";
          long index = cursor.position().index();
          findings.add(
              new LogFinding(LogFinding.Kind.TORN_TAIL, file.path(), cursor.offset(), index, what));
          segments.add(segment(file, entries, cursor));
          return;
        }
        entries++;
        last = cursor.position();
        if (cursor.isConfiguration()) {
          long applied = Math.max(expected.snapshotIndex, expected.appliedIndex);
          configurations =
              configurations.and(
                  RaftMeta.Configuration.of(last.index(), cursor.body()), last.index() <= applied);
        }
      }
      segments.add(segment(file, entries, cursor));
      Damage damage = cursor.damage();
      if (damage != null) {
        damaged(file, next, damage);
      } else {
        complete(file, next, cursor.validBytes());
      }
    }
  }

  /**
   * After a failed write or force, an entry that was not known to be on disk may be in the page
   * cache alone, and no later force would bring it to disk.
   */
  private boolean untrusted(SegmentFile file, @Nullable SegmentFile next, LogPosition position) {
    return mark.writeFailed() && next == null && file.open() && position.index() > mark.index();
  }

  private static LogReport.Segment segment(SegmentFile file, long entries, SegmentCursor cursor) {
    return new LogReport.Segment(
        file.path(), file.start(), entries, cursor.validBytes(), cursor.fileBytes());
  }

  private void gapBefore(SegmentFile file) {
    long wanted = segments.isEmpty() ? firstWanted(file) : last.index() + 1;
    boolean known = findings.stream().anyMatch(finding -> finding.kind().refuses());
    if (file.start() != wanted && !known) {
      String what = "the file begins with entry " + file.start() + ", not " + wanted;
      findings.add(new LogFinding(LogFinding.Kind.MISSING_ENTRIES, file.path(), 0, wanted, what));
    }
  }

  /** The log may begin anywhere up to the entry after the snapshot, or at 0 without one. */
  private long firstWanted(SegmentFile file) {
    return expected.snapshotIndex >= file.start() - 1 ? file.start() : expected.snapshotIndex + 1;
  }

  private void damaged(SegmentFile file, @Nullable SegmentFile next, Damage damage) {
    findings.add(
        new LogFinding(
            kind(file, next, damage), file.path(), damage.offset(), damage.index(), words(damage)));
  }

  private LogFinding.Kind kind(SegmentFile file, @Nullable SegmentFile next, Damage damage) {
    if (next != null) {
      return LogFinding.Kind.DAMAGED_MIDDLE;
    }
    boolean acknowledged =
        !file.open() || damage.index() <= Math.max(mark.index(), expected.appliedIndex);
    if (!acknowledged && (mark.exact() || damage.looksUnfinished())) {
      return LogFinding.Kind.TORN_TAIL;
    }
    if (damage.wholeRecordsAfter() > 0) {
      return LogFinding.Kind.DAMAGED_MIDDLE;
    }
    return switch (damage.cause()) {
      case CUT_SHORT -> LogFinding.Kind.TRUNCATED_TAIL;
      case ZEROED -> LogFinding.Kind.ZEROED_TAIL;
      case CHANGED -> LogFinding.Kind.DAMAGED_TAIL;
    };
  }

  private static String words(Damage damage) {
    int after = damage.wholeRecordsAfter();
    return after == 0
        ? damage.what()
        : damage.what() + "; " + after + " intact entries stand behind it";
  }

  /** A file without damage must end where its name, or the next file, says. */
  private void complete(SegmentFile file, @Nullable SegmentFile next, long validBytes) {
    if (file.open() && next != null && next.start() == last.index() + 1) {
      String what = "full, and still named as the file that is written";
      findings.add(
          new LogFinding(
              LogFinding.Kind.UNFINISHED_ROLL, file.path(), validBytes, last.index(), what));
    } else if (!file.open() && last.index() != file.end()) {
      String what = "the file ends with entry " + last.index() + ", its name says " + file.end();
      LogFinding.Kind kind =
          next == null ? LogFinding.Kind.TRUNCATED_TAIL : LogFinding.Kind.MISSING_ENTRIES;
      findings.add(new LogFinding(kind, file.path(), validBytes, last.index() + 1, what));
    }
  }

  /** The log must reach as far as it was forced, and as far as the stored state. */
  private void end(@Nullable SegmentFile file) {
    long wanted = Math.max(mark.index(), expected.appliedIndex);
    boolean known = findings.stream().anyMatch(finding -> finding.kind().refuses());
    boolean begins = file == null && mark.index() < 0 && expected.snapshotIndex >= wanted;
    if (last.index() >= wanted || known || begins) {
      return;
    }
    String what = "the log ends with entry " + last.index() + ", and " + wanted + " was on disk";
    if (file == null) {
      findings.add(new LogFinding(LogFinding.Kind.MISSING_ENTRIES, directory, 0, wanted, what));
      return;
    }
    LogReport.Segment segment = segments.getLast();
    LogFinding.Kind kind =
        segment.fileBytes() > segment.validBytes()
            ? LogFinding.Kind.ZEROED_TAIL
            : LogFinding.Kind.TRUNCATED_TAIL;
    findings.add(new LogFinding(kind, file.path(), segment.validBytes(), last.index() + 1, what));
  }
}
