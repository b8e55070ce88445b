package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal in a process of its own that is killed while it writes. */
final class KilledJournalTest {

  private static final int KILLS = 3;
  private static final int ACKNOWLEDGED_PER_LIFE = 300;
  private static final int OUTSTANDING = 8;

  @TempDir private Path directory;

  /** Appends numbers from where the log ends and prints each once it is acknowledged. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      RecordingReplica replica = new RecordingReplica();
      RatisJournals journals = RatisJournals.open(RatisSettings.of("n1", Path.of(args[0])));
      Journal journal = journals.journal(0, replica);
      journal.start();
      long term = replica.awaitLeading();
      int printed = replica.count();
      for (int next = printed; ; next++) {
        journal.append(term, entry(next));
        replica.awaitCount(next + 1 - OUTSTANDING);
        for (; printed < replica.count(); printed++) {
          System.out.println(printed);
        }
      }
    }
  }

  private static byte[] entry(int number) {
    return ByteBuffer.allocate(4_000).putInt(number).array();
  }

  @Test
  void losesNothingThatWasAcknowledgedWhenItIsKilled() throws Exception {
    int acknowledged = -1;
    for (int i = 0; i < KILLS; i++) {
      acknowledged = Math.max(acknowledged, writeAndKill());
      assertThat(LogVerifier.verify(directory, 0).refusal()).isEmpty();
    }
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(RatisSettings.of("n1", directory));
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      replica.awaitLeading();
      List<byte[]> entries = replica.entries();
      assertThat(entries).hasSizeGreaterThan(acknowledged);
      for (int i = 0; i < entries.size(); i++) {
        assertThat(ByteBuffer.wrap(entries.get(i)).getInt()).isEqualTo(i);
      }
    }
  }

  private int writeAndKill() throws IOException, InterruptedException {
    int acknowledged = -1;
    try (ChildJvm child = ChildJvm.start(Writer.class, 0, directory.toString())) {
      for (int lines = 0; lines < ACKNOWLEDGED_PER_LIFE; ) {
        String line = child.line();
        assertThat(line).as("output of the writer").isNotNull();
        if (line.chars().allMatch(Character::isDigit)) {
          acknowledged = Integer.parseInt(line);
          lines++;
        }
      }
      child.kill();
    }
    return acknowledged;
  }
}
