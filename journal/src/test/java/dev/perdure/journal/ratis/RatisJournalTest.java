package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RatisJournalTest {

  @TempDir private Path directory;

  private RatisSettings settings() {
    return RatisSettings.of("n1", directory.resolve("journals"));
  }

  @Test
  void appliesWhatWasAppendedInOrder() {
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      append(journal, term, 0, 100);
      replica.awaitCount(100);
      assertThat(texts(replica)).isEqualTo(expected(0, 100));
      assertThat(replica.positions()).allMatch(position -> position.term() == term);
      JournalStatus status = journal.status();
      assertThat(status.role()).isEqualTo(JournalStatus.Role.LEADER);
      assertThat(status.committedIndex()).isEqualTo(status.lastIndex());
      assertThat(journal.leads(term)).isTrue();
      assertThat(journal.leads(term - 1)).isFalse();
    }
  }

  /** Ratis forgets a group that it could not start, and kept its files locked. */
  @Test
  void startsAJournalThatCouldNotBeStartedBefore() {
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      replica.failElsewhere(Thread.currentThread());
      assertThatThrownBy(journal::start).hasStackTraceContaining("planted");
      replica.failElsewhere(null);
      journal.start();
      append(journal, replica.awaitLeading(), 0, 1);
      replica.awaitCount(1);
    }
  }

  @Test
  void handsEverythingOverAgainAfterARestart() {
    RecordingReplica before = new RecordingReplica();
    long firstTerm;
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, before)) {
      journal.start();
      firstTerm = before.awaitLeading();
      append(journal, firstTerm, 0, 50);
      before.awaitCount(50);
    }
    RecordingReplica after = before.restarted();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, after)) {
      journal.start();
      long term = after.awaitLeading();
      assertThat(term).isGreaterThan(firstTerm);
      assertThat(texts(after)).as("all of it, before it leads").isEqualTo(expected(0, 50));
      append(journal, term, 50, 10);
      after.awaitCount(60);
      assertThat(texts(after)).isEqualTo(expected(0, 60));
    }
  }

  @Test
  void beginsBehindTheSnapshotAfterARestart() {
    RecordingReplica before = new RecordingReplica();
    LogPosition snapshot;
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, before)) {
      journal.start();
      long term = before.awaitLeading();
      append(journal, term, 0, 20);
      before.awaitCount(20);
      snapshot = before.takeSnapshot();
      journal.snapshotTaken();
      append(journal, term, 20, 5);
      before.awaitCount(25);
    }
    RecordingReplica after = new RecordingReplica(snapshot, snapshot);
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, after)) {
      journal.start();
      after.awaitLeading();
      assertThat(texts(after)).isEqualTo(expected(20, 5));
    }
  }

  @Test
  void removesWholeFilesUpToTheSnapshot() {
    RecordingReplica replica = new RecordingReplica();
    RatisSettings small = settings().withSizes(WrittenLog.SIZES);
    try (RatisJournals journals = RatisJournals.open(small);
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      for (int i = 0; i < 200; i++) {
        journal.append(term, new byte[2_000]);
      }
      replica.awaitCount(200);
      long before = journal.status().logBytes();
      replica.takeSnapshot();
      journal.snapshotTaken();
      replica.await("a smaller log", () -> journal.status().logBytes() < before / 3);
      append(journal, term, 200, 1);
      replica.awaitCount(201);
      assertThat(LogVerifier.verify(small.directory(), 0).intact()).isTrue();
    }
    RecordingReplica after = new RecordingReplica(replica.snapshot(), replica.snapshot());
    try (RatisJournals journals = RatisJournals.open(small);
        Journal journal = journals.journal(0, after)) {
      journal.start();
      after.awaitLeading();
      assertThat(texts(after)).isEqualTo(expected(200, 1));
    }
  }

  @Test
  void asksForASnapshotWhenTheLogGrows() {
    RecordingReplica replica = new RecordingReplica();
    RatisSettings.Sizes sizes = RatisSettings.Sizes.DEFAULT;
    RatisSettings often =
        settings()
            .withSizes(
                new RatisSettings.Sizes(
                    sizes.segmentBytes(),
                    sizes.preallocatedBytes(),
                    sizes.entryBytesMax(),
                    0,
                    0,
                    50));
    try (RatisJournals journals = RatisJournals.open(often);
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      append(journal, replica.awaitLeading(), 0, 120);
      replica.await("two wishes", () -> replica.snapshotsWanted() == 2);
    }
  }

  @Test
  void beginsANewLogBehindARestoredSnapshotInALaterTerm() {
    LogPosition snapshot = new LogPosition(7, 1_000);
    RecordingReplica replica = new RecordingReplica(snapshot, snapshot);
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      assertThat(term).isGreaterThan(snapshot.term());
      append(journal, term, 0, 1);
      replica.awaitCount(1);
      assertThat(replica.positions().getFirst().index()).isGreaterThan(snapshot.index());
    }
  }

  @Test
  void refusesASecondProcessInTheSameDirectory() {
    try (RatisJournals first = RatisJournals.open(settings())) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> RatisJournals.open(settings()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(settings().directory().toString());
    }
  }

  @Test
  void stopsTheShardWhoseReplicaCannotApply() {
    RecordingReplica replica = new RecordingReplica();
    replica.failToApply("entry 3");
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      append(journal, replica.awaitLeading(), 0, 10);
      replica.await("the failure", () -> replica.logFailure() != null);
      replica.await("answers", () -> replica.appendFailures() >= 7);
      assertThat(texts(replica)).isEqualTo(expected(0, 3));
      assertThat(journal.status().role()).isEqualTo(JournalStatus.Role.FAILED);
    }
  }

  @Test
  void startsAnewOnTheSameReplicaAfterItWasClosed() {
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings())) {
      Journal journal = journals.journal(3, replica);
      journal.start();
      append(journal, replica.awaitLeading(), 0, 5);
      replica.awaitCount(5);
      journal.close();
      assertThat(journal.status().role()).isEqualTo(JournalStatus.Role.CLOSED);
      replica.takeSnapshot();
      journal.start();
      append(journal, replica.awaitLeading(), 5, 5);
      replica.awaitCount(10);
      assertThat(texts(replica)).isEqualTo(expected(0, 10));
    }
  }

  @Test
  void refusesEntriesOfATermInWhichItDoesNotLead() {
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      journal.append(term + 1, bytes(0));
      assertThat(replica.appendFailures()).isEqualTo(1);
      journal.confirmLeadership(term).toCompletableFuture().join();
      assertThat(journal.confirmLeadership(term + 1).toCompletableFuture())
          .isCompletedExceptionally();
    }
  }

  @Test
  void keepsSeveralShardsApart() {
    RecordingReplica zero = new RecordingReplica();
    RecordingReplica one = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings())) {
      Journal first = journals.journal(0, zero);
      Journal second = journals.journal(1, one);
      first.start();
      second.start();
      append(first, zero.awaitLeading(), 0, 10);
      append(second, one.awaitLeading(), 100, 10);
      zero.awaitCount(10);
      one.awaitCount(10);
      assertThat(texts(zero)).isEqualTo(expected(0, 10));
      assertThat(texts(one)).isEqualTo(expected(100, 10));
    }
  }

  private static void append(Journal journal, long term, int from, int count) {
    IntStream.range(from, from + count).forEach(i -> journal.append(term, bytes(i)));
  }

  private static byte[] bytes(int i) {
    return ("entry " + i).getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> expected(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> "entry " + i).toList();
  }

  private static List<String> texts(RecordingReplica replica) {
    return replica.entries().stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }
}
