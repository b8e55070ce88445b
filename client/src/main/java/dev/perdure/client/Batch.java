package dev.perdure.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One batch on its way: in rounds, each line of a round to the leader of its slot. Lines of an
 * entity stay in their order: they go to one node, and a node fails every line behind one that
 * failed. Belongs to the thread that runs it.
 */
final class Batch {

  /** A node reads so many lines before it waits for one of their answers to be read. */
  private static final int LINES_MAX = 256;

  private static final String INTERRUPTED = "the wait was interrupted";

  private final Nodes nodes;
  private final Transport transport;
  private final Patience patience;
  private final List<Line> lines;

  Batch(Nodes nodes, Transport transport, Patience patience, List<Command> commands) {
    this.nodes = nodes;
    this.transport = transport;
    this.patience = patience;
    this.lines = commands.stream().map(one -> new Line(one.identified())).toList();
  }

  /** A command and what is known of it. */
  private static final class Line {
    private final Command command;
    private final String operationId;
    private @Nullable Answer answer;
    private @Nullable Failure failure;
    private boolean unknown;

    Line(Command command) {
      this.command = command;
      this.operationId = String.valueOf(command.operationId());
    }

    /** True if it failed, and not only for now. */
    boolean failed() {
      return answer == null && failure != null && !failure.passing();
    }

    void failed(Failure why) {
      failure = why;
      unknown |= why.unknown();
    }

    /** It may have been executed, as far as this client knows. */
    void lost(String why) {
      failure = Failure.unreached(why);
      unknown = true;
    }

    Nodes.Target target() {
      return new Nodes.Target(command.type(), command.id(), Nodes.Role.LEADER);
    }

    BatchAnswer result() {
      if (answer != null) {
        return new BatchAnswer(operationId, answer, null);
      }
      Failure why =
          failure != null
              ? failure
              : new Failure(0, "deadline-exceeded", "the deadline passed before it was sent");
      boolean doubtful = unknown && !why.forGood();
      return new BatchAnswer(
          operationId,
          null,
          doubtful ? new OutcomeUnknownException(why, operationId) : new PerdureException(why));
    }
  }

  /** Runs it: an answer or a failure for each line, in their order. */
  List<BatchAnswer> run() {
    URI butNot = null;
    List<Line> open = open();
    while (!open.isEmpty() && patience.leftNs() > 0) {
      List<Part> parts = parts(open, butNot);
      List<FutureTask<@Nullable URI>> running = new ArrayList<>();
      for (Part part : parts) {
        FutureTask<@Nullable URI> task = new FutureTask<>(part::send);
        running.add(task);
        var unused = Thread.startVirtualThread(task);
      }
      butNot = failed(running);
      boolean again = parts.stream().anyMatch(Part::again);
      long retryAfterMs = parts.stream().mapToLong(part -> part.retryAfterMs).max().orElse(0);
      open = again && !patience.pause(retryAfterMs, true) ? List.of() : open();
    }
    return lines.stream().map(Line::result).toList();
  }

  /** Lines that may still have an answer: none of an entity behind one that failed. */
  private List<Line> open() {
    Set<Nodes.Target> failed = new HashSet<>();
    List<Line> open = new ArrayList<>();
    for (Line line : lines) {
      if (line.failed()) {
        failed.add(line.target());
      } else if (line.answer == null && !failed.contains(line.target())) {
        open.add(line);
      }
    }
    return open;
  }

  /** Waits for all; a node that failed, if one did. */
  private @Nullable URI failed(List<FutureTask<@Nullable URI>> running) {
    URI failed = null;
    for (FutureTask<@Nullable URI> task : running) {
      try {
        URI node = task.get();
        failed = node == null ? failed : node;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        open().forEach(line -> line.lost(INTERRUPTED));
        return null;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a part of a batch failed", e.getCause());
      }
    }
    return failed;
  }

  /** What is open, by the node that it goes to. */
  private List<Part> parts(List<Line> open, @Nullable URI butNot) {
    Map<URI, List<Line>> byNode = new LinkedHashMap<>();
    Map<Nodes.Target, URI> chosen = new LinkedHashMap<>();
    for (Line line : open) {
      URI node = chosen.computeIfAbsent(line.target(), target -> nodes.pick(target, butNot));
      List<Line> part = byNode.computeIfAbsent(node, any -> new ArrayList<>());
      if (part.size() < LINES_MAX) { // the rest, and with it the rest of an entity, comes later
        part.add(line);
      }
    }
    return byNode.entrySet().stream().map(one -> new Part(one.getKey(), one.getValue())).toList();
  }

  /** Lines that go to one node in one request. */
  private final class Part {
    private final URI node;
    private final List<Line> sent;
    private long retryAfterMs;

    Part(URI node, List<Line> sent) {
      this.node = node;
      this.sent = sent;
    }

    /** True if a line of it is to be sent again. */
    boolean again() {
      return sent.stream()
          .anyMatch(line -> line.answer == null && line.failure != null && line.failure.passing());
    }

    /** Sends it; the node if it failed. */
    @Nullable URI send() {
      try {
        long leftNs = patience.leftNs();
        Transport.Request request =
            new Transport.Request(
                "POST",
                "/v1/entities:batch",
                List.of("Content-Type", "application/x-ndjson"),
                body(leftNs));
        Transport.Response response = transport.send(node, request, leftNs, leftNs);
        nodes.learn(response, Nodes.Role.LEADER);
        return take(response);
      } catch (Transport.NotSentException e) {
        sent.forEach(line -> line.failed(Failure.unreached(String.valueOf(e.getMessage()))));
      } catch (IOException e) {
        sent.forEach(line -> line.lost(String.valueOf(e.getMessage())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        sent.forEach(line -> line.lost(INTERRUPTED));
      }
      nodes.failed(node, true);
      return node;
    }

    private byte[] body(long leftNs) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(sent.size() * 128);
      for (Line line : sent) {
        Command command = line.command;
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("type", command.type()).put("id", command.id());
        json.put("command", command.command()).put("key", line.operationId);
        if (command.ifVersion() >= 0) {
          json.put("if_match", command.ifVersion());
        }
        json.put("timeout", Transport.timeout(leftNs));
        json.set("body", Json.node(command.body()));
        out.writeBytes(Json.MAPPER.writeValueAsBytes(json));
        out.write('\n');
      }
      return out.toByteArray();
    }

    private @Nullable URI take(Transport.Response response) {
      if (response.status() != 200) {
        Failure why = Failure.of(response.status(), Json.tree(response.body()));
        sent.forEach(line -> line.failed(why));
        retryAfterMs = Calls.retryAfterMs(response, why);
        return node;
      }
      List<String> answers =
          new String(response.body(), StandardCharsets.UTF_8)
              .lines()
              .filter(one -> !one.isBlank())
              .toList();
      IntStream.range(0, Math.min(answers.size(), sent.size()))
          .forEach(
              i -> take(sent.get(i), Json.tree(answers.get(i).getBytes(StandardCharsets.UTF_8))));
      sent.stream().skip(answers.size()).forEach(line -> line.lost("the answers end early"));
      boolean elsewhere =
          sent.stream().anyMatch(line -> line.failure != null && line.failure.elsewhere());
      if (elsewhere) {
        nodes.failed(node, false);
      }
      return elsewhere ? node : null;
    }

    private void take(Line line, JsonNode json) {
      int status = json.path("status").asInt(0);
      if (status == 200 || Calls.rejected(status)) {
        line.answer = Documents.answer(json);
      } else {
        line.failed(Failure.of(status, json.path("problem")));
      }
    }
  }
}
