package dev.perdure.journal.ratis;

import dev.perdure.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A log that a journal wrote, as a killed process leaves it, to be damaged by tests. */
final class WrittenLog {

  /** Small files, so that a log of some entries has several. */
  static final RatisSettings.Sizes SIZES =
      new RatisSettings.Sizes(64 << 10, 16 << 10, 4 << 10, 0, 0, 100_000);

  private static final int ENTRIES = 100;
  private static final int ENTRY_BYTES = 2_000;

  private final Path directory;

  private WrittenLog(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes a hundred entries into three closed files and an open one, and copies the files away.
   */
  static WrittenLog in(Path temporary) {
    WrittenLog log = new WrittenLog(temporary.resolve("log"));
    RecordingReplica before = new RecordingReplica();
    Path live = temporary.resolve("live");
    try (RatisJournals journals = RatisJournals.open(log.settings(live));
        Journal journal = journals.journal(0, before)) {
      journal.start();
      long term = before.awaitLeading();
      for (int i = 0; i < ENTRIES; i++) {
        journal.append(term, entry(i));
        if (i % 4 == 3) {
          before.awaitCount(i + 1);
        }
      }
      copy(live, log.directory);
    }
    return log;
  }

  /** The same files in another place. */
  WrittenLog copiedTo(Path place) {
    WrittenLog copied = new WrittenLog(place);
    copy(directory, place);
    return copied;
  }

  static byte[] entry(int i) {
    return ("entry " + i + " " + "x".repeat(ENTRY_BYTES)).getBytes(StandardCharsets.UTF_8);
  }

  private RatisSettings settings(Path journals) {
    return RatisSettings.of("n1", journals).withSizes(SIZES);
  }

  RatisSettings settings() {
    return settings(directory);
  }

  int count() {
    return ENTRIES;
  }

  Path shardDirectory() {
    return ShardGroup.directory(directory, 0);
  }

  Path logDirectory() {
    return ShardGroup.logDirectory(directory, 0);
  }

  /** Without the mark, the verifier knows as little as after a power cut. */
  WrittenLog withoutMark() {
    try {
      Files.delete(shardDirectory().resolve(ForcedMark.NAME));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  LogReport verify() {
    return LogVerifier.verify(directory, 0);
  }

  LogEntries entries() {
    return LogEntries.of(directory, 0);
  }

  List<SegmentFile> files() {
    try {
      return SegmentFile.list(logDirectory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SegmentFile openFile() {
    return files().getLast();
  }

  /** Offsets of the records of a file, and where the last one ends. */
  List<Long> offsets(SegmentFile file) {
    List<Long> offsets = new ArrayList<>();
    try (SegmentCursor cursor = new SegmentCursor(file)) {
      while (cursor.advance()) {
        offsets.add(cursor.offset());
      }
      offsets.add(cursor.validBytes());
      return offsets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void change(SegmentFile file, Consumer<byte[]> change) {
    change(file.path(), change);
  }

  void change(Path file, Consumer<byte[]> change) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      change.accept(bytes);
      Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void truncate(SegmentFile file, long bytes) {
    try (var channel = Files.newByteChannel(file.path(), StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a journal on the files and returns what it handed over before it led. */
  List<byte[]> start() {
    RecordingReplica after = new RecordingReplica();
    try (RatisJournals journals = RatisJournals.open(settings());
        Journal journal = journals.journal(0, after)) {
      journal.start();
      after.awaitLeading();
      return after.entries();
    }
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
