package dev.perdure.lab.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The laboratory tells right from wrong: programs that sync what they acknowledge recover from
 * every image, the same programs with one sync left out do not.
 */
class PowerCutTest {

  private static final int RECORDS = 60;

  @TempDir(factory = InMemory.class)
  Path directory;

  @BeforeEach
  void needsTheRecorder() {
    Subjects.assumeRecorder();
  }

  @Test
  void logThatSyncsBeforeItAcknowledgesLosesNothing() throws Exception {
    Trace trace = log(LogSubject.Way.CORRECT);
    assertThat(trace.marks()).hasSize(RECORDS);
    assertThat(trace.syncs("log")).hasSize(RECORDS);
    assertThat(trace.syncs("log").getFirst().call()).isEqualTo(SyncCall.FDATASYNC);
    assertThat(trace.syncs("")).as("the directory").hasSize(1);
    clean(trace, LogSubject::check);
  }

  @Test
  void logWithoutSyncIsCaught() throws Exception {
    Trace trace = log(LogSubject.Way.WITHOUT_SYNC);
    assertThat(trace.syncs("log")).isEmpty();
    caught(trace, LogSubject::check);
  }

  @Test
  void logThatAcknowledgesBeforeItSyncsIsCaught() throws Exception {
    caught(log(LogSubject.Way.ACKED_BEFORE_SYNC), LogSubject::check);
  }

  @Test
  void logWrittenThroughLosesNothing() throws Exception {
    clean(log(LogSubject.Way.WRITTEN_THROUGH), LogSubject::check);
  }

  @Test
  void logInPreallocatedSpaceLosesNothing() throws Exception {
    clean(log(LogSubject.Way.PREALLOCATED), LogSubject::check);
  }

  @Test
  void logWhoseDirectoryIsNotSyncedIsCaughtWhereNamesAreNotJournalled() throws Exception {
    Map<CrashModel, SweepReport> reports =
        sweep(log(LogSubject.Way.WITHOUT_DIRECTORY_SYNC), LogSubject::check);
    assertThat(reports.get(CrashModel.STRICT).clean()).isFalse();
    assertThat(reports.get(CrashModel.ORDERED).findings()).isEmpty();
  }

  @Test
  void replacingWithBothSyncsIsSafe() throws Exception {
    clean(replace(ReplaceSubject.Way.SAFE), ReplaceSubject::check);
  }

  @Test
  void replacingWithoutSyncingTheFileIsCaught() throws Exception {
    caught(replace(ReplaceSubject.Way.WITHOUT_FILE_SYNC), ReplaceSubject::check);
  }

  @Test
  void replacingInPlaceIsCaught() throws Exception {
    caught(replace(ReplaceSubject.Way.IN_PLACE), ReplaceSubject::check);
  }

  @Test
  void replacingWithoutSyncingTheDirectoryIsAtomicButNotDurable() throws Exception {
    Trace trace = replace(ReplaceSubject.Way.WITHOUT_DIRECTORY_SYNC);
    caught(trace, ReplaceSubject::check);
    clean(trace, image -> ReplaceSubject.version(image.directory()));
  }

  @Test
  void rocksDbWithSyncedWritesLosesNothing() throws Exception {
    Trace trace = rocks(RocksSubject.Way.SYNCED);
    assertThat(trace.syncs("db/*.log").size()).isGreaterThanOrEqualTo(RECORDS);
    assertThat(trace.syncs("db/*.sst")).as("tables").isNotEmpty();
    assertThat(trace.syncs("db")).as("directory").isNotEmpty();
    clean(trace, RocksSubject::check);
  }

  @Test
  void rocksDbWithoutSyncedWritesIsCaught() throws Exception {
    Trace trace = rocks(RocksSubject.Way.WITHOUT_SYNC);
    assertThat(trace.syncs("db/*.log").size()).isLessThan(RECORDS);
    caught(trace, RocksSubject::check);
  }

  @Test
  void rocksDbLeavesTheNameOfItsDirectoryToItsCaller() throws Exception {
    Map<CrashModel, SweepReport> reports =
        sweep(rocks(RocksSubject.Way.WITHOUT_DIRECTORY_SYNC), RocksSubject::check);
    assertThat(reports.get(CrashModel.STRICT).clean()).isFalse();
    assertThat(reports.get(CrashModel.ORDERED).findings()).isEmpty();
  }

  private Trace log(LogSubject.Way way) throws Exception {
    return Subjects.run(
        Subjects.java(LogSubject.class, directory.resolve("root"), way, RECORDS), directory);
  }

  private Trace replace(ReplaceSubject.Way way) throws Exception {
    return Subjects.run(
        Subjects.java(ReplaceSubject.class, directory.resolve("root"), way, 40), directory);
  }

  private Trace rocks(RocksSubject.Way way) throws Exception {
    return Subjects.run(
        Subjects.java(RocksSubject.class, directory.resolve("root"), way, 3 * RECORDS), directory);
  }

  private void clean(Trace trace, ImageCheck check) throws Exception {
    for (SweepReport report : sweep(trace, check).values()) {
      assertThat(report.clean()).as(report::toString).isTrue();
    }
  }

  private void caught(Trace trace, ImageCheck check) throws Exception {
    sweep(trace, check)
        .forEach((model, report) -> assertThat(report.clean()).as(model + ": " + report).isFalse());
  }

  private Map<CrashModel, SweepReport> sweep(Trace trace, ImageCheck check) throws Exception {
    Map<CrashModel, SweepReport> reports = new EnumMap<>(CrashModel.class);
    for (CrashModel model : CrashModel.values()) {
      CrashImages images = CrashImages.of(trace, model);
      Sweep sweep = new Sweep(30, images.fates(), 1, directory.resolve("images"));
      reports.put(model, images.sweep(sweep, check));
    }
    return reports;
  }
}
