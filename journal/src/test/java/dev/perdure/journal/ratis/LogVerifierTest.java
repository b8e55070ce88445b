package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.Journal;
import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogVerifierTest {

  @TempDir private static Path common;
  private static WrittenLog written;

  @TempDir private Path temporary;
  private WrittenLog log;

  @BeforeAll
  static void write() {
    written = WrittenLog.in(common);
  }

  @BeforeEach
  void copy() {
    log = written.copiedTo(temporary.resolve("log"));
  }

  @Test
  void findsNothingInALogThatIsAsItWasWritten() {
    LogReport report = log.verify();
    assertThat(report.findings()).isEmpty();
    assertThat(report.segments()).hasSizeGreaterThan(3);
    assertThat(report.forcedIndex()).isEqualTo(report.last().index());
    assertThat(report.entries()).isEqualTo(report.last().index() + 1);
    assertThat(log.start()).hasSize(log.count());
  }

  @Test
  void walksOurEntriesAndTheEnginesOwn() {
    try (LogEntries entries = log.entries()) {
      int ours = 0;
      long index = 0;
      while (entries.hasNext()) {
        LogEntry entry = entries.next();
        assertThat(entry.position().index()).isEqualTo(index++);
        if (entry.kind() == LogEntry.Kind.APPENDED) {
          assertThat(entry.bytes()).isEqualTo(WrittenLog.entry(ours++));
        }
      }
      assertThat(ours).isEqualTo(log.count());
    }
  }

  @Test
  void refusesATruncatedTailOfAcknowledgedEntries() {
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    long index = lastIndex();
    log.truncate(open, offsets.get(offsets.size() - 2) + 100);
    assertRefused(LogFinding.Kind.TRUNCATED_TAIL, open, offsets.get(offsets.size() - 2), index);
  }

  @Test
  void refusesATailTruncatedBetweenTwoEntries() {
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    long index = lastIndex();
    log.truncate(open, offsets.get(offsets.size() - 2));
    assertRefused(LogFinding.Kind.TRUNCATED_TAIL, open, offsets.get(offsets.size() - 2), index);
  }

  @Test
  void refusesAZeroedTailOfAcknowledgedEntries() {
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    long index = lastIndex();
    int from = Math.toIntExact(offsets.get(offsets.size() - 2));
    log.change(open, bytes -> Arrays.fill(bytes, from, bytes.length, (byte) 0));
    assertRefused(LogFinding.Kind.ZEROED_TAIL, open, from, index);
  }

  @Test
  void refusesATailThatIsZeroedFromTheMiddleOfAnEntry() {
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    long index = lastIndex();
    int from = Math.toIntExact(offsets.get(offsets.size() - 2));
    log.change(open, bytes -> Arrays.fill(bytes, from + 700, bytes.length, (byte) 0));
    assertRefused(LogFinding.Kind.ZEROED_TAIL, open, from, index);
  }

  @Test
  void refusesABitFlipInTheTailAlsoWhenNothingIsKnownOfWhatWasForced() {
    log.withoutMark();
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    long index = lastIndex();
    int from = Math.toIntExact(offsets.get(offsets.size() - 2));
    log.change(open, bytes -> bytes[from + 1000] ^= 0x10);
    LogFinding finding = assertRefused(LogFinding.Kind.DAMAGED_TAIL, open, from, index);
    assertThat(finding.what()).contains("bit 4 of byte " + (from + 1000) + " is flipped");
  }

  @Test
  void refusesABitFlipInTheMiddleOfTheOpenFile() {
    SegmentFile open = log.openFile();
    long from = log.offsets(open).get(1);
    log.change(open, bytes -> bytes[(int) from + 1500] ^= 0x01);
    assertRefused(LogFinding.Kind.DAMAGED_MIDDLE, open, from, open.start() + 1);
  }

  @Test
  void refusesABitFlipInAClosedFile() {
    SegmentFile closed = log.files().get(1);
    long from = log.offsets(closed).get(3);
    log.change(closed, bytes -> bytes[(int) from] ^= 0x02);
    LogFinding finding =
        assertRefused(LogFinding.Kind.DAMAGED_MIDDLE, closed, from, closed.start() + 3);
    assertThat(finding.what()).contains("bit 1 of byte " + from + " is flipped");
  }

  @Test
  void refusesAClosedFileThatIsCutShort() {
    SegmentFile closed = log.files().get(1);
    List<Long> offsets = log.offsets(closed);
    log.truncate(closed, offsets.get(offsets.size() - 2));
    assertRefused(
        LogFinding.Kind.MISSING_ENTRIES, closed, offsets.get(offsets.size() - 2), closed.end());
  }

  @Test
  void refusesAMissingFile() throws IOException {
    SegmentFile gone = log.files().get(1);
    Files.delete(gone.path());
    assertRefused(LogFinding.Kind.MISSING_ENTRIES, log.files().get(1), 0, gone.start());
  }

  @Test
  void refusesAMissingLastFile() throws IOException {
    Files.delete(log.openFile().path());
    assertThat(log.verify().refusal())
        .hasValueSatisfying(
            finding -> assertThat(finding.kind()).isEqualTo(LogFinding.Kind.TRUNCATED_TAIL));
    assertThatThrownBy(log::start).isInstanceOf(CorruptionException.class);
  }

  @Test
  void refusesADamagedHeader() {
    SegmentFile open = log.openFile();
    log.change(open, bytes -> bytes[3] ^= 0x04);
    assertRefused(LogFinding.Kind.DAMAGED_TAIL, open, 3, open.start());
  }

  @Test
  void refusesATermFileThatIsOlderThanTheLog() {
    Path meta = log.logDirectory().resolve(RaftMeta.NAME);
    log.change(
        meta,
        bytes -> {
          int at = new String(bytes, StandardCharsets.US_ASCII).indexOf("term=");
          bytes[at + 5] = '0';
        });
    assertThat(log.verify().refusal())
        .hasValueSatisfying(
            finding -> {
              assertThat(finding.kind()).isEqualTo(LogFinding.Kind.DAMAGED_METADATA);
              assertThat(finding.file()).isEqualTo(meta);
            });
    assertThatThrownBy(log::start).isInstanceOf(CorruptionException.class);
  }

  @Test
  void findsEveryFlippedBitOfTheConfigurationFile() throws IOException {
    Path file = log.logDirectory().resolve("raft-meta.conf");
    int bits = 8 * Files.readAllBytes(file).length;
    assertThat(bits).isPositive();
    for (int bit = 0; bit < bits; bit++) {
      int at = bit / 8;
      byte mask = (byte) (1 << bit % 8);
      log.change(file, bytes -> bytes[at] ^= mask);
      assertThat(log.verify().refusal())
          .as("bit %s of byte %s", bit % 8, at)
          .hasValueSatisfying(finding -> assertThat(finding.file()).isEqualTo(file));
      log.change(file, bytes -> bytes[at] ^= mask);
    }
  }

  @Test
  void writesAConfigurationAnewThatAFullDiskCutShort() throws IOException {
    Path file = log.logDirectory().resolve("raft-meta.conf");
    for (int missing : new int[] {1, 20, (int) Files.size(file)}) {
      byte[] whole = Files.readAllBytes(file); // each start is a new term, with an entry of its own
      Files.write(file, Arrays.copyOf(whole, Math.max(0, whole.length - missing)));
      assertThat(log.verify().findings())
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.kind()).isEqualTo(LogFinding.Kind.UNFINISHED_CONFIGURATION));
      assertThat(log.start()).hasSize(log.count());
      assertThat(log.verify().findings()).isEmpty();
      assertThat(LogEntryProto.parseFrom(Files.readAllBytes(file)).hasConfigurationEntry())
          .isTrue();
    }
  }

  /** What the engine stores when it is told that it was left behind. */
  @Test
  void aConfigurationThatALeaderToldFromBeyondTheLogIsNoDamage() throws IOException {
    Path file = log.logDirectory().resolve("raft-meta.conf");
    LogEntryProto known = LogEntryProto.parseFrom(Files.readAllBytes(file));
    long beyond = log.verify().last().index() + 400;
    Files.write(file, known.toBuilder().clearTerm().setIndex(beyond).build().toByteArray());
    assertThat(log.verify().findings()).isEmpty();
    Files.write(file, known.toBuilder().setIndex(beyond).build().toByteArray());
    assertThat(log.verify().refusal()).isPresent();
    Files.write(file, known.toBuilder().clearTerm().build().toByteArray());
    assertThat(log.verify().refusal()).isPresent();
  }

  @Test
  void cutsAnEntryThatWasWrittenInPartAndNeverForced() {
    byte[] half = Arrays.copyOf(record(), 900);
    appendBehindTheLog(half);
    assertThat(log.verify().findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.kind()).isEqualTo(LogFinding.Kind.TORN_TAIL));
    assertThat(log.start()).hasSize(log.count());
    assertThat(log.verify().findings()).isEmpty();
  }

  @Test
  void cutsAnEntryThatWasWrittenInPartBeforeAPowerCut() {
    log.withoutMark();
    byte[] record = record();
    for (int written : new int[] {1, 2, 3, 100, 600, record.length - 3}) {
      appendBehindTheLog(Arrays.copyOf(record, written));
      assertThat(log.verify().findings())
          .as("%s bytes of %s", written, record.length)
          .singleElement()
          .satisfies(finding -> assertThat(finding.kind()).isEqualTo(LogFinding.Kind.TORN_TAIL));
      appendBehindTheLog(new byte[record.length]);
    }
    appendBehindTheLog(Arrays.copyOf(record, 900));
    assertThat(log.start()).hasSize(log.count());
  }

  @Test
  void cutsAnEntryWhoseFirstSectorsWereNotWrittenBeforeAPowerCut() {
    log.withoutMark();
    SegmentFile open = log.openFile();
    int end = Math.toIntExact(log.offsets(open).getLast());
    byte[] record = record();
    int sector = (end / 512 + 1) * 512;
    Arrays.fill(record, 0, sector - end, (byte) 0);
    appendBehindTheLog(record);
    assertThat(log.verify().findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.kind()).isEqualTo(LogFinding.Kind.TORN_TAIL));
    assertThat(log.start()).hasSize(log.count());
  }

  @Test
  void findsEveryFlippedBitOfTheLastEntry() {
    log.withoutMark();
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    int from = Math.toIntExact(offsets.get(offsets.size() - 2));
    int end = Math.toIntExact(offsets.getLast());
    for (int bit = from * 8; bit < end * 8; bit += 61) {
      int at = bit / 8;
      byte mask = (byte) (1 << bit % 8);
      log.change(open, bytes -> bytes[at] ^= mask);
      assertThat(log.verify().refusal())
          .as("bit %s of byte %s", bit % 8, at)
          .hasValueSatisfying(finding -> assertThat(finding.offset()).isEqualTo(from));
      log.change(open, bytes -> bytes[at] ^= mask);
    }
    assertThat(log.verify().findings()).isEmpty();
  }

  @Test
  void finishesTheRenamingOfAFullFile() throws IOException {
    SegmentFile closed = log.files().get(log.files().size() - 2);
    Path asOpen = closed.path().resolveSibling("log_inprogress_" + closed.start());
    Files.move(closed.path(), asOpen);
    assertThat(log.verify().findings())
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.kind()).isEqualTo(LogFinding.Kind.UNFINISHED_ROLL));
    assertThat(log.start()).hasSize(log.count());
  }

  @Test
  void ignoresAFileThatWasBegunAndHoldsNothing() throws IOException {
    Path begun = log.logDirectory().resolve("log_inprogress_" + (lastIndex() + 1));
    SegmentFile open = log.openFile();
    Files.move(open.path(), open.closedPath(lastIndex()));
    Files.write(begun, new byte[4096]);
    assertThat(log.verify().findings()).isEmpty();
    assertThat(log.start()).hasSize(log.count());
  }

  @Test
  void refusesALogThatEndsBeforeTheStoredState() {
    log.withoutMark();
    RecordingReplica ahead =
        new RecordingReplica(new LogPosition(1, lastIndex() + 5), LogPosition.NONE);
    assertThatThrownBy(() -> start(ahead))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("the log ends with entry " + lastIndex());
  }

  @Test
  void refusesALogThatBeginsAfterTheSnapshot() throws IOException {
    Files.delete(log.files().getFirst().path());
    assertThatThrownBy(() -> start(new RecordingReplica()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("begins with entry");
  }

  private void start(RecordingReplica replica) {
    try (RatisJournals journals = RatisJournals.open(log.settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
    }
  }

  private LogFinding assertRefused(
      LogFinding.Kind kind, SegmentFile file, long offset, long index) {
    LogFinding finding = log.verify().refusal().orElseThrow();
    assertThat(finding.kind()).isEqualTo(kind);
    assertThat(finding.file()).isEqualTo(file.path());
    assertThat(finding.offset()).isEqualTo(offset);
    assertThat(finding.index()).isEqualTo(index);
    assertThatThrownBy(log::start)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContaining("at byte " + offset);
    return finding;
  }

  private long lastIndex() {
    return log.verify().last().index();
  }

  /** A whole record as the log holds it. */
  private byte[] record() {
    SegmentFile open = log.openFile();
    List<Long> offsets = log.offsets(open);
    try {
      byte[] file = Files.readAllBytes(open.path());
      return Arrays.copyOfRange(
          file,
          Math.toIntExact(offsets.get(offsets.size() - 2)),
          Math.toIntExact(offsets.getLast()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void appendBehindTheLog(byte[] bytes) {
    SegmentFile open = log.openFile();
    int end = Math.toIntExact(log.offsets(open).getLast());
    log.change(open, file -> System.arraycopy(bytes, 0, file, end, bytes.length));
  }
}
