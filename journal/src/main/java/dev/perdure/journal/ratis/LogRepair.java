package dev.perdure.journal.ratis;

import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a log ready for the engine: finishes what the crash interrupted, cuts what nobody was
 * answered for, and forces what the engine would believe to be forced.
 */
final class LogRepair {

  private static final Logger LOG = LoggerFactory.getLogger(LogRepair.class);

  /** The part that was cut off is kept beside the log, up to this size, for who wants to look. */
  private static final long KEPT_BYTES_MAX = 8L << 20;

  private static final int KEPT_FILES_MAX = 4;

  private LogRepair() {}

  /**
   * Repairs what may be repaired.
   *
   * @throws CorruptionException if a finding refuses the start
   */
  static void prepare(LogReport report, int shard) throws IOException {
    if (report.refusal().isPresent()) {
      throw new CorruptionException(
          "The journal of shard "
              + shard
              + " is damaged and is not started, so that nothing damaged is served: "
              + report.refusal().get().message()
              + ". Restore the node from a backup or a replica; `perdure journal verify` shows all"
              + " findings.");
    }
    for (LogFinding finding : report.findings()) {
      LOG.warn("Journal of shard {}: {}: {}", shard, finding.kind(), finding.message());
      switch (finding.kind()) {
        case TORN_TAIL -> cut(report.directory(), finding);
        case UNFINISHED_ROLL -> finishRoll(finding);
        case UNFINISHED_CONFIGURATION -> RaftMeta.restore(finding.file(), finding.index());
        case DAMAGED_MARK,
            TRUNCATED_TAIL,
            ZEROED_TAIL,
            DAMAGED_TAIL,
            DAMAGED_MIDDLE,
            MISSING_ENTRIES,
            DAMAGED_METADATA -> {}
      }
    }
    forceAll(report);
  }

  private static void cut(Path directory, LogFinding finding) throws IOException {
    Path kept = directory.resolve("cut-" + finding.index() + "-" + finding.offset());
    try (FileChannel channel =
        FileChannel.open(finding.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      keep(channel, finding.offset(), kept);
      channel.truncate(finding.offset());
      channel.force(true);
    }
    RaftMeta.forgetConfiguration(directory.resolve("current"), finding.index());
    LOG.warn("Cut {} at byte {}", finding.file(), finding.offset());
    forgetOlder(directory);
  }

  /** Not on a disk that is full: that it is may be why the tail is torn. */
  private static void keep(FileChannel from, long offset, Path to) {
    try {
      if (Files.getFileStore(to.getParent()).getUsableSpace() > 4 * KEPT_BYTES_MAX) {
        long bytes = Math.min(KEPT_BYTES_MAX, from.size() - offset);
        ByteBuffer content = ByteBuffer.allocate((int) bytes);
        int read = 1;
        while (content.hasRemaining() && read > 0) {
          read = from.read(content, offset + content.position());
        }
        int end = Zeros.runBefore(content, 0, content.position());
        Files.write(to, Arrays.copyOf(content.array(), end));
      }
    } catch (IOException e) {
      LOG.warn("What is cut could not be kept in {}", to, e);
    }
  }

  private static void forgetOlder(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> oldestFirst =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith("cut-"))
              .sorted(Comparator.comparingLong(file -> file.toFile().lastModified()))
              .toList();
      for (Path file : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - KEPT_FILES_MAX))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void finishRoll(LogFinding finding) throws IOException {
    SegmentFile file = SegmentFile.of(finding.file()).orElseThrow();
    Files.move(file.path(), file.closedPath(finding.index()), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The engine takes every entry that it finds in its files for forced. After a kill the last ones
   * may be in the page cache only, so the file that was written, and the one before in case it was
   * just closed, are forced now, and the directory with them.
   */
  private static void forceAll(LogReport report) throws IOException {
    Path log = report.directory().resolve("current");
    List<SegmentFile> files = SegmentFile.list(log);
    for (SegmentFile file : files.subList(Math.max(0, files.size() - 2), files.size())) {
      try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    if (Files.isDirectory(log)) {
      StableFiles.forceDirectory(log);
    }
  }
}
