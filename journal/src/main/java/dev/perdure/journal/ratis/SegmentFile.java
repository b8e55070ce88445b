package dev.perdure.journal.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of the log, as Ratis names it: {@code log_FIRST-LAST} when it is closed, {@code
 * log_inprogress_FIRST} while it is written.
 *
 * @param start index of its first entry
 * @param end index of its last entry; -1 while it is open
 */
record SegmentFile(Path path, long start, long end) {

  private static final Pattern CLOSED = Pattern.compile("log_(\\d{1,18})-(\\d{1,18})");
  private static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d{1,18})");

  boolean open() {
    return end < 0;
  }

  /** The name that it gets when it is closed. */
  Path closedPath(long last) {
    return path.resolveSibling("log_" + start + "-" + last);
  }

  /**
   * The log's files in a directory in the order of their entries; none if there is no directory.
   */
  static List<SegmentFile> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(SegmentFile::of)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingLong(SegmentFile::start).thenComparing(f -> !f.open()))
          .toList();
    }
  }

  static Optional<SegmentFile> of(Path path) {
    String name = String.valueOf(path.getFileName());
    Matcher closed = CLOSED.matcher(name);
    if (closed.matches()) {
      return Optional.of(
          new SegmentFile(path, Long.parseLong(closed.group(1)), Long.parseLong(closed.group(2))));
    }
    Matcher open = OPEN.matcher(name);
    if (open.matches()) {
      return Optional.of(new SegmentFile(path, Long.parseLong(open.group(1)), -1));
    }
    return Optional.empty();
  }
}
