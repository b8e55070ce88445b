package dev.perdure.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client of a node or a cluster. It goes straight to the node that leads an entity's shard, and
 * sends again what has no answer, until the call's deadline: every command has an operation id, so
 * that it takes effect once however often it is sent.
 *
 * <p>An entity's rejection is an {@link Answer}. What is none is a {@link PerdureException}; one
 * that leaves open whether a command was executed is an {@link OutcomeUnknownException}, and only
 * such a one does.
 *
 * <p>Thread-safe; calls wait, so that many at once are many threads, for which virtual ones do.
 */
public final class PerdureClient implements AutoCloseable {

  private static final byte[] NOTHING = {};
  private static final int NOT_FOUND = 404;

  private final Transport transport;
  private final Nodes nodes;
  private final Calls calls;
  private final Duration timeout;
  private final RetryBudget budget;

  PerdureClient(ClientBuilder builder) {
    this.transport = new Transport(builder.headers());
    this.nodes = new Nodes(builder.seeds(), transport);
    this.calls = new Calls(nodes, transport);
    this.timeout = builder.timeout();
    this.budget =
        new RetryBudget(builder.retryShare(), builder.retriesPerSecond(), Machine.nowNs());
  }

  /**
   * A client with the defaults.
   *
   * @param seeds URLs of APIs, such as {@code http://127.0.0.1:7400}; one is enough, more serve
   *     while that one is down
   */
  public static PerdureClient of(String... seeds) {
    return builder(seeds).build();
  }

  /** A client to be configured; seeds as for {@link #of}. */
  public static ClientBuilder builder(String... seeds) {
    return new ClientBuilder(List.of(seeds));
  }

  /** Runs a command; see {@link Command} for its body. */
  public Answer command(String type, String id, String command, @Nullable Object body) {
    return command(Command.of(type, id, command, body));
  }

  /**
   * Runs a command.
   *
   * @throws OutcomeUnknownException if nobody could say before the deadline what became of it
   * @throws PerdureException if it was not executed
   */
  public Answer command(Command command) {
    Command sent = command.identified();
    String operationId = String.valueOf(sent.operationId());
    List<String> headers = new ArrayList<>();
    headers.addAll(List.of("Content-Type", "application/json"));
    headers.addAll(List.of("Idempotency-Key", quoted(operationId)));
    if (sent.ifVersion() == 0) {
      headers.addAll(List.of("If-None-Match", "*"));
    } else if (sent.ifVersion() > 0) {
      headers.addAll(List.of("If-Match", "\"" + sent.ifVersion() + "\""));
    }
    Transport.Request request =
        new Transport.Request(
            "POST",
            path(sent.type(), sent.id()) + "/" + encode(sent.command()),
            headers,
            Json.bytes(sent.body()));
    Patience patience = new Patience(timeout, budget);
    Calls.Result result =
        calls.run(request, new Nodes.Target(sent.type(), sent.id(), Nodes.Role.LEADER), patience);
    Failure failure = result.failure();
    if (failure != null) {
      throw patience.isUnknown() && !failure.forGood()
          ? new OutcomeUnknownException(failure, operationId)
          : new PerdureException(failure);
    }
    return answer(answered(result));
  }

  /** In quotes, so that blanks at its ends are part of it. */
  private static String quoted(String operationId) {
    return "\"" + operationId.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static Answer answer(Transport.Response response) {
    boolean replayed = response.header("Idempotency-Replayed").equals("true");
    return Calls.rejected(response.status())
        ? Documents.rejected(Json.tree(response.body()), response.version(), replayed)
        : new Answer.Done(response.version(), text(response), replayed);
  }

  /**
   * Runs many commands, each a transaction of its own; those of one entity in their order, and none
   * behind one that failed.
   *
   * @return one for each command, in their order
   */
  public List<BatchAnswer> batch(List<Command> commands) {
    return new Batch(nodes, transport, new Patience(timeout, budget), commands).run();
  }

  /** An entity's state after every command that was answered before; empty without events. */
  public Optional<State> get(String type, String id) {
    return state(type, id, "", Nodes.Role.LEADER);
  }

  /**
   * An entity's state as it was at most so long ago, from any of its replicas.
   *
   * @param stalenessMax 1 ms to 1 minute
   */
  public Optional<State> get(String type, String id, Duration stalenessMax) {
    String query = "?consistency=bounded&max-staleness=" + Math.max(1, stalenessMax.toMillis());
    return state(type, id, query + "ms", Nodes.Role.REPLICA);
  }

  private Optional<State> state(String type, String id, String query, Nodes.Role role) {
    Transport.Request request = read(path(type, id) + query);
    return ask(request, new Nodes.Target(type, id, role))
        .map(response -> new State(response.version(), text(response), staleness(response)));
  }

  private static Duration staleness(Transport.Response response) {
    String ms = response.header("Perdure-Staleness");
    return ms.matches("[0-9]{1,9}") ? Duration.ofMillis(Long.parseLong(ms)) : Duration.ZERO;
  }

  /**
   * A page of an entity's events; empty without events.
   *
   * @param after version of the last event not wanted; 0 for all
   */
  public Optional<Events> events(String type, String id, long after) {
    return ask(
            read(path(type, id) + "/events?after=" + after),
            new Nodes.Target(type, id, Nodes.Role.LEADER))
        .map(response -> Events.of(Json.tree(response.body())));
  }

  /** What became of an operation on an entity. */
  public OperationStatus operation(String type, String id, String operationId) {
    String path = "/v1/operations/" + encode(type) + "/" + encode(id) + "/" + encode(operationId);
    Optional<Transport.Response> response =
        ask(read(path), new Nodes.Target(type, id, Nodes.Role.LEADER));
    if (response.isEmpty()) {
      return new OperationStatus.Unknown();
    }
    JsonNode json = Json.tree(response.get().body());
    return json.path("state").asString("").equals("recorded")
        ? new OperationStatus.Recorded(
            Documents.answer(json), Instant.parse(json.path("time").asString()))
        : new OperationStatus.InProgress();
  }

  /**
   * Delivers a signal to a saga; one that nobody waits for yet is kept.
   *
   * @return where the saga stands then; empty if there is none
   * @throws PerdureException with the code {@code saga-ended} if it takes none any more
   */
  public Optional<SagaStatus> signal(Signal signal) {
    String path = sagaPath(signal.type(), signal.id()) + "/signals/" + encode(signal.name());
    Transport.Request request =
        new Transport.Request(
            "POST",
            path,
            List.of(
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                quoted(signal.operationId())),
            Json.bytes(signal.body()));
    return ask(request, new Nodes.Target(signal.type(), signal.id(), Nodes.Role.LEADER))
        .map(PerdureClient::seen);
  }

  /** Where a saga stands; empty if there is none. */
  public Optional<SagaStatus> saga(String type, String id) {
    return ask(read(sagaPath(type, id)), new Nodes.Target(type, id, Nodes.Role.LEADER))
        .map(PerdureClient::seen);
  }

  /** A queue, for workers. */
  public WorkQueue queue(String name) {
    return new WorkQueue(this, "/v1/queues/" + encode(name));
  }

  /** What a queue answers; empty if the lease was lost. */
  Optional<JsonNode> post(String path, Object body) {
    Transport.Request request =
        new Transport.Request(
            "POST", path, List.of("Content-Type", "application/json"), Json.bytes(body));
    Transport.Response response =
        ask(request, new Nodes.Target("", path, Nodes.Role.REPLICA)).orElseThrow();
    JsonNode json = Json.tree(response.body());
    if (!Calls.rejected(response.status())) {
      return Optional.of(json);
    }
    if (json.path("code").asString("").equals("lease-lost")) {
      return Optional.empty();
    }
    throw new PerdureException(Failure.of(response.status(), json));
  }

  private static SagaStatus seen(Transport.Response response) {
    JsonNode json = Json.tree(response.body());
    if (Calls.rejected(response.status())) {
      throw new PerdureException(Failure.of(response.status(), json));
    }
    boolean replayed = response.header("Idempotency-Replayed").equals("true");
    return new SagaStatus(json.path("status").asString(""), text(response), replayed);
  }

  private static String sagaPath(String type, String id) {
    return "/v1/sagas/" + encode(type) + "/" + encode(id);
  }

  private static Transport.Request read(String path) {
    return new Transport.Request("GET", path, List.of(), NOTHING);
  }

  /** Asks for something that changes nothing; empty if it is not there. */
  private Optional<Transport.Response> ask(Transport.Request request, Nodes.Target target) {
    Calls.Result result = calls.run(request, target, new Patience(timeout, budget));
    Failure failure = result.failure();
    if (failure == null) {
      return Optional.of(answered(result));
    }
    boolean nothing =
        failure.code().equals("not-found") || failure.code().equals("unknown-operation");
    if (failure.status() == NOT_FOUND && nothing) {
      return Optional.empty();
    }
    throw new PerdureException(failure);
  }

  private static Transport.Response answered(Calls.Result result) {
    Transport.Response response = result.answer();
    if (response == null) {
      throw new IllegalStateException("a result is an answer or a failure");
    }
    return response;
  }

  private static String text(Transport.Response response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String path(String type, String id) {
    return "/v1/entities/" + encode(type) + "/" + encode(id);
  }

  static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Ends calls under way, too. */
  @Override
  public void close() {
    transport.close();
  }

  /** A seed as it is used. */
  static URI seed(String url) {
    URI uri = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    if (uri.getHost() == null || uri.getScheme() == null) {
      throw new IllegalArgumentException(
          "'" + url + "' is not a URL such as http://127.0.0.1:7400");
    }
    return uri;
  }
}
