package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the forces of the log's files as the JVM itself saw them, beside our own figure. */
final class ForceTest {

  @TempDir private Path temporary;

  @Test
  void forcesTheLogOnceForEveryEntryThatIsAwaitedAlone() throws IOException {
    int entries = 200;
    long forced;
    long counted;
    RecordingReplica replica = new RecordingReplica();
    try (Recording recording = recording();
        RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      recording.start();
      long before = journal.status().syncs();
      for (int i = 0; i < entries; i++) {
        journal.append(term, new byte[256]);
        replica.awaitCount(i + 1);
      }
      counted = journal.status().syncs() - before;
      recording.stop();
      forced = forces(recording);
    }
    assertThat(counted).as("our count").isGreaterThanOrEqualTo(entries);
    assertThat(forced).as("the JVM's count").isGreaterThanOrEqualTo(counted);
  }

  @Test
  void forcesManyEntriesAtOnceWhenManyWait() {
    int entries = 2_000;
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      long term = replica.awaitLeading();
      long before = journal.status().syncs();
      for (int i = 0; i < entries; i++) {
        journal.append(term, new byte[256]);
      }
      replica.awaitCount(entries);
      assertThat(journal.status().syncs() - before).isBetween(1L, entries / 2L);
    }
  }

  private RatisSettings settings() {
    return RatisSettings.of("n1", temporary.resolve("journals"));
  }

  private static Recording recording() {
    Recording recording = new Recording();
    recording.enable("jdk.FileForce").withoutThreshold().withoutStackTrace();
    return recording;
  }

  private long forces(Recording recording) throws IOException {
    Path file = temporary.resolve("forces.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
        .filter(event -> event.getString("path").contains("log_inprogress_"))
        .count();
  }
}
