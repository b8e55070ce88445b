package dev.perdure.journal.ratis;

import dev.perdure.journal.LogPosition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a journal's files hold.
 *
 * @param directory where they are
 * @param segments the log's files in order
 * @param last the last intact entry, {@link LogPosition#NONE} if there is none
 * @param forcedIndex up to here the log is known to have been on disk; -1 if unknown
 * @param findings what is wrong, in the order of the log; empty if nothing is
 */
public record LogReport(
    Path directory,
    List<Segment> segments,
    LogPosition last,
    long forcedIndex,
    List<LogFinding> findings) {

  public LogReport {
    segments = List.copyOf(segments);
    findings = List.copyOf(findings);
  }

  /**
   * One file.
   *
   * @param firstIndex index of its first entry
   * @param entries how many intact entries it holds before any damage
   * @param validBytes where the last of them ends
   * @param fileBytes size on disk, with the part that is filled with zeros in advance
   */
  public record Segment(
      Path file, long firstIndex, long entries, long validBytes, long fileBytes) {}

  /** True if there is no log yet: neither files of it nor the engine's own. */
  boolean fresh() {
    return segments.isEmpty() && !Files.exists(directory.resolve("current").resolve(RaftMeta.NAME));
  }

  /** True if everything that was acknowledged is there and intact. */
  public boolean intact() {
    return findings.stream().noneMatch(finding -> finding.kind().refuses());
  }

  /** The first finding that forbids a start. */
  public Optional<LogFinding> refusal() {
    return findings.stream().filter(finding -> finding.kind().refuses()).findFirst();
  }

  /** How many intact entries the files hold, the engine's own included. */
  public long entries() {
    return segments.stream().mapToLong(Segment::entries).sum();
  }
}
