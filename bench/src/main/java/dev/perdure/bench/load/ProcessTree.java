package dev.perdure.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The processor time of a process and all its descendants, living and already reaped.
 *
 * <p>Read from Linux's {@code /proc/PID/stat} in ticks of 10 ms; zero where that does not exist. A
 * descendant that ended is in its parent's figures once the parent has waited for it, so the sum
 * only grows as long as the root lives.
 */
public final class ProcessTree {

  /**
   * The kernel reports times to programs in hundredths of a second on every architecture we run on.
   */
  private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1) / 100;

  private static final Path PROC = Path.of("/proc");

  private final long rootPid;

  public ProcessTree(long rootPid) {
    this.rootPid = rootPid;
  }

  public long cpuNs() throws IOException {
    Map<Long, List<Stat>> children = new HashMap<>();
    Stat root = null;
    for (Stat stat : all()) {
      children.computeIfAbsent(stat.parentPid, parent -> new ArrayList<>()).add(stat);
      if (stat.pid == rootPid) {
        root = stat;
      }
    }
    return root == null ? 0 : ticks(root, children) * TICK_NS;
  }

  private static long ticks(Stat process, Map<Long, List<Stat>> children) {
    long ticks = process.ticks;
    for (Stat child : children.getOrDefault(process.pid, List.of())) {
      ticks += ticks(child, children);
    }
    return ticks;
  }

  private static List<Stat> all() throws IOException {
    List<Stat> stats = new ArrayList<>();
    if (!Files.isDirectory(PROC)) {
      return stats;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        statOf(process).ifPresent(stats::add);
      }
    }
    return stats;
  }

  /** Empty when the process ended between the listing and the reading. */
  private static Optional<Stat> statOf(Path process) {
    try {
      return Optional.of(Stat.parse(Files.readString(process.resolve("stat"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The fields used of a line of {@code proc_pid_stat(5)}. */
  record Stat(long pid, long parentPid, long ticks) {

    private static final int PARENT = 1;
    private static final int USER_TICKS = 11;
    private static final int REAPED_SYSTEM_TICKS = 14;

    /** The second field is the program's name in parentheses and may itself contain both. */
    static Stat parse(String line) {
      long pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ", -1);
      long ticks = 0;
      for (int field = USER_TICKS; field <= REAPED_SYSTEM_TICKS; field++) {
        ticks += Long.parseLong(fields[field]);
      }
      return new Stat(pid, Long.parseLong(fields[PARENT]), ticks);
    }
  }
}
