package dev.perdure.journal.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log as Ratis 3.3.0 wrote it: a later version must read it, and so must we. */
final class LogFormatTest {

  /** A file's header, a configuration, and three entries of term 1. */
  private static final String GOLDEN =
      "526166744c6f6731"
          + "0c080122080a060a026e313802f880f279"
          + "23080110011a1d0a07656e747279203072106cc2d6a14dc3499ebb9e8b27b2b92c05780282c38619"
          + "23080110021a1d0a07656e747279203172106cc2d6a14dc3499ebb9e8b27b2b92c0578033b4909aa"
          + "23080110031a1d0a07656e747279203272106cc2d6a14dc3499ebb9e8b27b2b92c057804c53b3bbd";

  @TempDir private Path directory;

  @Test
  void readsAFileOfAnEarlierVersion() throws IOException {
    write();
    List<String> texts = new ArrayList<>();
    try (LogEntries entries = LogEntries.of(directory, 0)) {
      while (entries.hasNext()) {
        LogEntry entry = entries.next();
        if (entry.kind() == LogEntry.Kind.APPENDED) {
          texts.add(entry.position().index() + " " + text(entry.bytes()));
        }
      }
    }
    assertThat(texts).containsExactly("1 entry 0", "2 entry 1", "3 entry 2");
    assertThat(LogVerifier.verify(directory, 0).findings()).isEmpty();
  }

  @Test
  void startsOnAFileOfAnEarlierVersion() throws IOException {
    write();
    RecordingReplica replica = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(RatisSettings.of("n1", directory));
        Journal journal = journals.journal(0, replica)) {
      journal.start();
      replica.awaitLeading();
      assertThat(replica.entries().stream().map(LogFormatTest::text))
          .containsExactly("entry 0", "entry 1", "entry 2");
    }
  }

  private void write() throws IOException {
    Path log = ShardGroup.logDirectory(directory, 0);
    RaftMeta.found(log, 1, "n1");
    Files.write(log.resolve("log_0-3"), HexFormat.of().parseHex(GOLDEN));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
