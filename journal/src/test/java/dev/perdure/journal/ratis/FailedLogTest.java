package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that cannot be written any more. The disk's end is played by the limit of a file's size:
 * the write fails as on a full disk, and the next file can be written again, as when there is
 * space.
 */
final class FailedLogTest {

  private static final int FILE_KIBIBYTES_MAX = 1024;

  @TempDir private Path directory;

  /** Writes until the log fails, starts it anew on the same replica, and writes again. */
  static final class Filler {
    private Filler() {}

    public static void main(String[] args) {
      RatisSettings settings =
          RatisSettings.of("n1", Path.of(args[0]))
              .withSizes(new RatisSettings.Sizes(4 << 20, 64 << 10, 64 << 10, 0, 0, 100_000));
      RecordingReplica replica = new RecordingReplica();
      RatisJournals journals = RatisJournals.open(settings);
      Journal journal = journals.journal(0, replica);
      journal.start();
      int next = append(journal, replica, 0, 100);
      System.out.println("failed " + replica.logFailure());
      System.out.println("role " + journal.status().role());
      int acknowledged = replica.count();
      int sent = next;
      replica.await("answers to all", () -> answered(replica) >= sent);
      System.out.println("leads " + journal.leads(1));
      replica.takeSnapshot();
      journal.start();
      long term = replica.awaitLeading();
      System.out.println("kept " + (replica.count() >= acknowledged));
      int before = replica.count();
      journal.append(term, entry(-1));
      replica.awaitCount(before + 1);
      System.out.println("role " + journal.status().role());
      System.out.println("numbers " + inOrder(replica));
      Runtime.getRuntime().halt(0);
    }

    private static int answered(RecordingReplica replica) {
      return replica.count() + replica.appendFailures();
    }

    private static int append(Journal journal, RecordingReplica replica, int from, int most) {
      long term = replica.awaitLeading();
      int next = from;
      while (replica.logFailure() == null && next < from + most) {
        int sent = next;
        replica.await("room", () -> answered(replica) > sent - 4 || replica.logFailure() != null);
        journal.append(term, entry(next++));
      }
      replica.await("a failure of the log", () -> replica.logFailure() != null);
      return next;
    }

    private static byte[] entry(int number) {
      return ByteBuffer.allocate(32 << 10).putInt(number).array();
    }

    /** What was applied has no gap before the entry that was written after the failure. */
    private static boolean inOrder(RecordingReplica replica) {
      int expected = 0;
      for (byte[] entry : replica.entries().subList(0, replica.count() - 1)) {
        if (ByteBuffer.wrap(entry).getInt() != expected++) {
          return false;
        }
      }
      return ByteBuffer.wrap(replica.entries().getLast()).getInt() == -1;
    }
  }

  @Test
  void saysThatTheLogFailedAndStartsAnewInPlace() throws IOException {
    try (ChildJvm child = ChildJvm.start(Filler.class, FILE_KIBIBYTES_MAX, directory.toString())) {
      assertThat(child.lines())
          .filteredOn(line -> line.matches("(failed|role|leads|kept|numbers|Exception).*"))
          .satisfiesExactly(
              line -> assertThat(line).startsWith("failed java.io.IOException"),
              line -> assertThat(line).isEqualTo("role " + JournalStatus.Role.FAILED),
              line -> assertThat(line).isEqualTo("leads false"),
              line -> assertThat(line).isEqualTo("kept true"),
              line -> assertThat(line).isEqualTo("role " + JournalStatus.Role.LEADER),
              line -> assertThat(line).isEqualTo("numbers true"));
    }
    RecordingReplica replica = new RecordingReplica();
    RatisSettings settings =
        RatisSettings.of("n1", directory)
            .withSizes(new RatisSettings.Sizes(4 << 20, 64 << 10, 64 << 10, 0, 0, 100_000));
    try (RatisJournals journals = RatisJournals.open(settings);
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      replica.awaitLeading();
      assertThat(replica.entries()).isNotEmpty();
    }
  }
}
