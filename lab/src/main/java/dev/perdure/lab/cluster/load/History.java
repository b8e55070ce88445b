package dev.perdure.lab.cluster.load;

import dev.perdure.lab.cluster.host.LabException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that clients asked and were told, and what was done to the nodes meanwhile; as NDJSON
 * in a file, line by line as it happens. Thread-safe.
 *
 * <p>Lines: {@code call} and {@code answer} of each attempt, {@code end} with what is known of an
 * operation in the end, {@code fault} and {@code heal}. Times are nanoseconds since the history
 * began, on the monotonic clock.
 */
public final class History implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<Recorded> recorded = new ArrayList<>();
  private final BufferedWriter out;
  private final long originNs = System.nanoTime();
  private long attempts;
  private volatile long lastAcknowledgedNs = -1;

  /** A history in a new file. */
  public History(Path file) {
    try {
      out = Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new LabException("the history cannot be written: " + e.getMessage(), e);
    }
  }

  /** Now, as the history counts. */
  public long now() {
    return System.nanoTime() - originNs;
  }

  /** A client sends an operation to a node. */
  void called(int client, Operation operation, String node, long atNs) {
    Map<String, Object> line = line(atNs, "call");
    line.put("client", client);
    line.put("node", node);
    line.put("operation", operation.id());
    line.put("account", operation.account());
    line.put("kind", word(operation.kind()));
    if (!operation.read()) {
      line.put("amount", operation.amount());
    }
    write(line);
  }

  /** A client learns something. */
  void answered(int client, Operation operation, Result result, long atNs) {
    Map<String, Object> line = line(atNs, "answer");
    line.put("client", client);
    line.put("operation", operation.id());
    describe(line, result);
    write(line);
  }

  /** What is known of an operation in the end. */
  void ended(Recorded one) {
    Map<String, Object> line = line(Math.min(one.returnedNs(), now()), "end");
    line.put("client", one.client());
    line.put("operation", one.operation().id());
    line.put("called_ns", one.calledNs());
    describe(line, one.result());
    write(line);
    synchronized (recorded) {
      recorded.add(one);
      if (one.acknowledged()) {
        lastAcknowledgedNs = Math.max(lastAcknowledgedNs, one.calledNs());
      }
    }
  }

  /** True if a change was asked for after a time, and acknowledged. */
  public boolean acknowledgedSince(long ns) {
    return lastAcknowledgedNs > ns;
  }

  /** Something was done to the nodes, or undone. */
  public void fault(boolean healed, String what) {
    Map<String, Object> line = line(now(), healed ? "heal" : "fault");
    line.put("what", what);
    write(line);
  }

  private static void describe(Map<String, Object> line, Result result) {
    line.put("status", word(result.status()));
    if (result.version() >= 0) {
      line.put("version", result.version());
      line.put("balance", result.balance());
    }
    if (!result.code().isEmpty()) {
      line.put("code", result.code());
    }
    if (result.replayed()) {
      line.put("replayed", true);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, Object> line(long atNs, String type) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("t_ns", atNs);
    line.put("type", type);
    return line;
  }

  private void write(Map<String, Object> line) {
    String text = JSON.writeValueAsString(line);
    synchronized (out) {
      try {
        out.write(text);
        out.newLine();
      } catch (IOException e) {
        throw new LabException("the history cannot be written: " + e.getMessage(), e);
      }
      attempts += "call".equals(line.get("type")) ? 1 : 0;
    }
  }

  /** Every operation that has ended, in the order in which it did. */
  public List<Recorded> recorded() {
    synchronized (recorded) {
      return List.copyOf(recorded);
    }
  }

  /** How many operations have ended. */
  public int size() {
    synchronized (recorded) {
      return recorded.size();
    }
  }

  /** Requests that were sent, repeats included. */
  public long attempts() {
    synchronized (out) {
      return attempts;
    }
  }

  @Override
  public void close() {
    synchronized (out) {
      try {
        out.close();
      } catch (IOException e) {
        throw new LabException("the history cannot be written: " + e.getMessage(), e);
      }
    }
  }
}
