package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Vote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
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
   * Findings about both files. The term must not be older than the log's. The configuration is
   * written after its entry was committed, with the same bytes: it may be an earlier one, or a
   * later one that a leader told.
   */
  static List<LogFinding> check(Path log, LogPosition last, Configuration newest)
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
    return configuration(log.resolve(CONFIGURATION), last, newest);
  }

  /**
   * Lets a log that does not exist yet begin behind a snapshot, in a later term than the
   * snapshot's: otherwise the engine would begin with term 1.
   */
  static void found(Path log, long term, String node) throws IOException {
    StableFiles.createDirectories(log);
    String text = "votedFor=" + node + "\nterm=" + term + "\n";
    Files.writeString(
        log.resolve(NAME),
        text,
        StandardCharsets.ISO_8859_1,
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    StableFiles.forceDirectory(log);
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
    Path file = log.resolve(NAME);
    if (Files.exists(file)) {
      Matcher known = TERM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (!known.find() || Long.parseLong(known.group(1)) < leader.term()) {
        Files.delete(file);
      }
    }
    if (configuration.length == 0) {
      Files.deleteIfExists(log.resolve(CONFIGURATION));
    } else {
      Files.write(
          log.resolve(CONFIGURATION),
          configuration,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
    }
    if (Files.exists(file)) {
      StableFiles.forceDirectory(log);
    } else {
      found(log, leader.term(), leader.node());
    }
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

  /** How many members the newest committed configuration has; -1 if there is none yet. */
  static int members(Path log) throws IOException {
    Path file = log.resolve(CONFIGURATION);
    return Files.exists(file)
        ? LogEntryProto.parseFrom(Files.readAllBytes(file)).getConfigurationEntry().getPeersCount()
        : -1;
  }

  private static List<LogFinding> configuration(Path file, LogPosition last, Configuration newest)
      throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    byte[] bytes = Files.readAllBytes(file);
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
