package dev.perdure.testkit.sim;

import dev.perdure.kernel.Hash64;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What happened, line by line: a hash over all of it, and the last lines for people. */
public final class Trace {

  private static final int KEPT = 30_000;

  private final Deque<String> last = new ArrayDeque<>();
  private long hash;
  private long lines;

  /** Adds a line. */
  public void add(long nowNs, String what) {
    String line = String.format("%11.6f %s", nowNs / 1e9, what);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    hash = Hash64.of(bytes, 0, bytes.length, hash);
    lines++;
    last.addLast(line);
    if (last.size() > KEPT) {
      last.removeFirst();
    }
  }

  /** Equal for equal runs. */
  public long hash() {
    return hash;
  }

  public long lines() {
    return lines;
  }

  /** The last lines, as many as are kept. */
  public List<String> kept() {
    return List.copyOf(last);
  }

  /** The last lines that name {@code about}, and the last lines at all. */
  public List<String> compact(String about, int max) {
    List<String> named = last.stream().filter(line -> line.contains(about)).toList();
    List<String> out =
        new ArrayList<>(named.subList(Math.max(0, named.size() - max), named.size()));
    List<String> all = new ArrayList<>(last);
    out.add("      ... the last lines:");
    out.addAll(all.subList(Math.max(0, all.size() - max), all.size()));
    return out;
  }
}
