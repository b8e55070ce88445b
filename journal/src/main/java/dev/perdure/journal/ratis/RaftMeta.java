package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Vote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * The engine's two small files beside the log: the current term with the vote, and the newest
 * configuration. They carry no checksum, so what can be known is checked.
 */
final class RaftMeta {

  /** Term and vote, as Java properties. */
  static final String NAME = "raft-meta";

  private static final String CONFIGURATION = "raft-meta.conf";
  private static final Pattern TERM = Pattern.compile("(?m)^term=(\\d{1,18})$");
  private static final Pattern VOTE = Pattern.compile("(?m)^votedFor=\\S*$");

  private RaftMeta() {}

  /**
   * The newest configuration in the log, whose checksum was verified.
   *
   * @param index -1 if the log holds none
   */
  record Configuration(long index, ByteBuffer body) {
    static final Configuration NONE = new Configuration(-1, ByteBuffer.allocate(0));

    /** A copy of a record's body. */
    static Configuration of(long index, ByteBuffer body) {
      return new Configuration(index, ByteBuffer.allocate(body.remaining()).put(body).flip());
    }
  }

  /**
   * The newest configuration in the log, and the newest that was applied.
   *
   * @param applied as far as the state beside the log knows
   */
  record Configurations(Configuration newest, Configuration applied) {
    static final Configurations NONE = new Configurations(Configuration.NONE, Configuration.NONE);

    Configurations and(Configuration next, boolean known) {
      return new Configurations(next, known ? next : applied);
    }

    /** True if a write of one of them ended before its end. */
    private boolean begunIn(byte[] file) {
      return begins(newest, file) || begins(applied, file);
    }

    private static boolean begins(Configuration whole, byte[] file) {
      int length = file.length;
      return length < whole.body.remaining()
          && whole.body.slice(0, length).equals(ByteBuffer.wrap(file));
    }
  }

  /**
   * Findings about both files. The term must not be older than the log's. The configuration is
   * written after its entry was committed, with the same bytes: it may be an earlier one, or a
   * later one that a leader told.
   */
  static List<LogFinding> check(Path log, LogPosition last, Configurations known)
      throws IOException {
    Path file = log.resolve(NAME);
    if (!Files.exists(file)) {
      return List.of(damaged(file, "missing"));
    }
    // Java properties are ISO 8859-1; any other byte is damage and stays visible as it is.
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher term = TERM.matcher(text);
    if (!term.find() || !VOTE.matcher(text).find()) {
      return List.of(damaged(file, "it holds no term and vote"));
    }
    if (Long.parseLong(term.group(1)) < last.term()) {
      String what = "its term " + term.group(1) + " is older than the log's, " + last.term();
      return List.of(damaged(file, what));
    }
    return configuration(log.resolve(CONFIGURATION), last, known);
  }

  /**
   * Lets a log begin that does not exist yet: behind a snapshot in its term, otherwise the engine
   * would begin with term 1. The engine's own first file would be an empty one on a full disk.
   *
   * @param vote empty if there was none
   */
  static void found(Path log, long term, String vote) throws IOException {
    StableFiles.createDirectories(log);
    write(log.resolve(NAME), term, vote);
  }

  /** Writes term and vote as the engine does, whole or not at all. */
  static void write(Path file, long term, String vote) throws IOException {
    String text = "votedFor=" + vote + "\nterm=" + term + "\n";
    StableFiles.replace(file, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Sees to it that the configuration which the engine was to store is there. The engine only logs
   * that it could not write it, and leaves an empty file on a full disk.
   */
  static void requireStored(Path log, LogEntryProto configuration) throws IOException {
    Path file = log.resolve(CONFIGURATION);
    byte[] wanted = configuration.toByteArray();
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), wanted)) {
      StableFiles.replace(file, wanted);
    }
  }

  /** The newest committed configuration, as the engine stores it; empty if there is none yet. */
  static byte[] configuration(Path log) throws IOException {
    Path file = log.resolve(CONFIGURATION);
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }

  /**
   * Lets an emptied log begin behind a snapshot of another replica, with its configuration. The
   * term and the vote stay, unless the leader's term is newer.
   */
  static void begin(Path log, Vote leader, byte[] configuration) throws IOException {
    if (configuration.length == 0) {
      Files.deleteIfExists(log.resolve(CONFIGURATION));
      StableFiles.forceDirectory(log);
    } else {
      StableFiles.replace(log.resolve(CONFIGURATION), configuration);
    }
    Path file = log.resolve(NAME);
    if (termOf(file) < leader.term()) {
      write(file, leader.term(), leader.node());
    }
  }

  /** The term that a file holds; -1 if there is none, or it cannot be read. */
  private static long termOf(Path file) throws IOException {
    if (!Files.exists(file)) {
      return -1;
    }
    Matcher known = TERM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    return known.find() ? Long.parseLong(known.group(1)) : -1;
  }

  /** Removes all of a shard's directory but its term and vote. */
  static void keepOnly(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Path log = directory.resolve("current");
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        boolean kept = one.equals(directory) || one.equals(log) || one.equals(log.resolve(NAME));
        if (!kept) {
          Files.delete(one);
        }
      }
    }
    if (Files.exists(log)) {
      StableFiles.forceDirectory(log);
    }
    StableFiles.forceDirectory(directory);
  }

  /**
   * Removes a configuration whose entry is cut from the log; an earlier entry holds the one before.
   */
  static void forgetConfiguration(Path log, long fromIndex) throws IOException {
    Path file = log.resolve(CONFIGURATION);
    if (Files.exists(file)
        && LogEntryProto.parseFrom(Files.readAllBytes(file)).getIndex() >= fromIndex) {
      Files.delete(file);
    }
  }

  /**
   * Writes a configuration anew that was written in part.
   *
   * @param index of its entry in the log; -1 if that will be applied, and then stored, again
   */
  static void restore(Path file, long index) throws IOException {
    if (index < 0) {
      Files.delete(file);
      return;
    }
    for (SegmentFile segment : SegmentFile.list(Objects.requireNonNull(file.getParent()))) {
      try (SegmentCursor cursor = new SegmentCursor(segment)) {
        while (segment.start() <= index && cursor.advance()) {
          if (cursor.position().index() == index) {
            ByteBuffer body = cursor.body();
            byte[] whole = new byte[body.remaining()];
            body.get(whole);
            StableFiles.replace(file, whole);
            return;
          }
        }
      }
    }
    throw new IOException("the log does not hold entry " + index + " any more");
  }

  /** How many members the newest committed configuration has; -1 if there is none yet. */
  static int members(Path log) throws IOException {
    Path file = log.resolve(CONFIGURATION);
    return Files.exists(file)
        ? LogEntryProto.parseFrom(Files.readAllBytes(file)).getConfigurationEntry().getPeersCount()
        : -1;
  }

  private static List<LogFinding> configuration(Path file, LogPosition last, Configurations known)
      throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    byte[] bytes = Files.readAllBytes(file);
    Configuration newest = known.newest;
    if (known.begunIn(bytes)) {
      return List.of(
          new LogFinding(
              LogFinding.Kind.UNFINISHED_CONFIGURATION,
              file,
              bytes.length,
              known.applied.index,
              "it was written in part"));
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(bytes);
      if (!entry.hasConfigurationEntry() || entry.getConfigurationEntry().getPeersCount() == 0) {
        return List.of(damaged(file, "it holds no configuration"));
      }
      boolean same = newest.body().equals(ByteBuffer.wrap(bytes));
      // A leader that has left this replica behind tells its configuration, without a term.
      boolean told = entry.getTerm() == 0 && entry.getIndex() > last.index();
      if (newest.index() >= 0 && entry.getIndex() >= newest.index() && !same && !told) {
        return List.of(damaged(file, "it is not the log's entry " + newest.index()));
      }
      return List.of();
    } catch (InvalidProtocolBufferException e) {
      return List.of(damaged(file, "it is not a configuration: " + e.getMessage()));
    }
  }

  private static LogFinding damaged(Path file, String what) {
    return new LogFinding(LogFinding.Kind.DAMAGED_METADATA, file, 0, -1, what);
  }
}
