package dev.perdure.lab.powercut;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a process did to the files below one directory, in true order. Immutable. */
public final class Trace {

  private final List<Operation> operations;
  private final List<Sync> syncs;

  Trace(List<Operation> operations) {
    this.operations = List.copyOf(operations);
    this.syncs = syncsOf(this.operations);
  }

  /**
   * Reads a trace. The process may still run; what it does later is not seen.
   *
   * @throws dev.perdure.kernel.CorruptionException if the file is not a trace
   */
  public static Trace read(Path path) throws IOException {
    return new Trace(TraceFile.read(path));
  }

  /** Number of recorded operations: the largest cut. */
  public long size() {
    return operations.size();
  }

  /** What was marked, in order. */
  public List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i) instanceof Operation.Marked marked) {
        marks.add(new Mark(i, marked.text().stripTrailing()));
      }
    }
    return marks;
  }

  /**
   * Durable syncs of the files and directories that a glob matches, in the order of their ends.
   *
   * @param glob as in {@link FileSystems}, against the path relative to the root: {@code
   *     "log/*.log"}, {@code "**"}; the root itself has the empty path
   */
  public List<Sync> syncs(String glob) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    return syncs.stream()
        .filter(sync -> sync.durable() && matcher.matches(Path.of(sync.path())))
        .toList();
  }

  /** Every sync call, also failed and unfinished ones. */
  public List<Sync> allSyncs() {
    return syncs;
  }

  /**
   * What went past the recorder: shared writable mappings, moves across the border of the root,
   * symbolic links. Images of a trace with warnings lack what the warnings name.
   */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Operation.Warning warning) {
        warnings.add("\"" + warning.path() + "\" " + warning.text());
      }
    }
    return warnings;
  }

  List<Operation> operations() {
    return operations;
  }

  private static List<Sync> syncsOf(List<Operation> operations) {
    record Open(Operation.SyncBegin begin, long at) {
      Sync ended(long end, int error) {
        return new Sync(begin.path(), begin.call(), at, end, error);
      }
    }
    Map<Integer, Open> open = new HashMap<>();
    List<Sync> syncs = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      switch (operations.get(i)) {
        case Operation.SyncBegin begin -> open.put(begin.thread(), new Open(begin, i));
        case Operation.SyncEnd end -> {
          Open begun = open.remove(end.thread());
          if (begun != null) {
            syncs.add(begun.ended(i, end.error()));
          }
        }
        default -> {}
      }
    }
    open.values().stream()
        .sorted((a, b) -> Long.compare(a.at(), b.at()))
        .forEach(begun -> syncs.add(begun.ended(Sync.UNFINISHED, 0)));
    return List.copyOf(syncs);
  }
}
