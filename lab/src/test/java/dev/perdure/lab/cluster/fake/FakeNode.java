package dev.perdure.lab.cluster.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.lab.cluster.process.PerdureCommand;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code perdure run} looks like from outside, with one ledger: the first node's. The others
 * hand on to it. It shows that the lab works before there is anything to examine, and, with a
 * {@link FakeMode}, that the lab finds what is wrong.
 */
public final class FakeNode {

  private static final Duration FORWARD_MAX = Duration.ofMillis(800);
  private static final Pattern AMOUNT = Pattern.compile("\"amount\":([0-9]+)");

  private final String host;
  private final String leader;
  private final FakeLedger ledger;
  private final Set<String> members = new ConcurrentSkipListSet<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofMillis(300))
          .build();

  private FakeNode(List<String> arguments, FakeMode mode) throws IOException {
    this.host = setting(arguments, "api.host=");
    int join = arguments.indexOf("--join");
    this.leader = join < 0 ? host : arguments.get(join + 1).split(":", 2)[0];
    Path data = Path.of(arguments.get(arguments.indexOf("--data") + 1));
    this.ledger = new FakeLedger(mode, data);
    members.add(host);
  }

  /** How it is started. */
  public static PerdureCommand command(FakeMode mode) {
    return new PerdureCommand(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dfake.mode=" + mode,
            "-Dsun.net.httpserver.nodelay=true",
            "-cp",
            System.getProperty("java.class.path"),
            FakeNode.class.getName()));
  }

  /** Understands the arguments of {@code perdure run} that the lab gives. */
  public static void main(String[] args) throws IOException {
    new FakeNode(List.of(args), FakeMode.valueOf(System.getProperty("fake.mode"))).serve();
  }

  private static String setting(List<String> arguments, String key) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(key))
        .findFirst()
        .orElseThrow()
        .substring(key.length());
  }

  private void serve() throws IOException {
    listen(7400, this::api);
    listen(7401, this::admin);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void listen(int port, Handler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 64);
    // Platform threads: their waits are those of the C library.
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          } catch (RuntimeException e) {
            e.printStackTrace();
            send(exchange, 500, -1, "{\"code\":\"internal\"}");
          }
        });
    server.start();
  }

  private boolean leads() {
    return leader.equals(host);
  }

  private void api(HttpExchange exchange) throws IOException {
    if (!leads()) {
      forward(exchange);
      return;
    }
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String account = path[4];
    if (exchange.getRequestMethod().equals("GET") && path.length == 6) {
      send(exchange, 200, -1, ledger.events(account, query(exchange, "after"), 1000));
      return;
    }
    FakeLedger.Reply reply =
        exchange.getRequestMethod().equals("GET")
            ? ledger.read(account)
            : ledger.command(
                account,
                path[5],
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                amount(exchange));
    if (reply.replayed()) {
      exchange.getResponseHeaders().add("Idempotency-Replayed", "true");
    }
    send(exchange, reply.status(), reply.version(), reply.body());
  }

  private static long amount(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      Matcher amount = AMOUNT.matcher(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      return amount.find() ? Long.parseLong(amount.group(1)) : 0;
    }
  }

  private static long query(HttpExchange exchange, String name) {
    Matcher value =
        Pattern.compile(name + "=([0-9]+)").matcher(exchange.getRequestURI().getQuery());
    return value.find() ? Long.parseLong(value.group(1)) : 0;
  }

  private void forward(HttpExchange exchange) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + leader + ":7400" + exchange.getRequestURI()))
            .timeout(FORWARD_MAX);
    if (exchange.getRequestMethod().equals("POST")) {
      request
          .header("Idempotency-Key", exchange.getRequestHeaders().getFirst("Idempotency-Key"))
          .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    }
    try {
      HttpResponse<String> got = http.send(request.build(), BodyHandlers.ofString());
      got.headers()
          .firstValue("Idempotency-Replayed")
          .ifPresent(it -> exchange.getResponseHeaders().add("Idempotency-Replayed", it));
      String tag = got.headers().firstValue("ETag").orElse("\"-1\"").replace("\"", "");
      send(exchange, got.statusCode(), Long.parseLong(tag), got.body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      exchange.getResponseHeaders().add("Retry-After", "1");
      send(exchange, 503, -1, "{\"code\":\"no-leader\"}");
    } catch (IOException e) {
      send(exchange, 504, -1, "{\"code\":\"outcome-unknown\"}");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admin(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    switch (uri.getPath()) {
      case "/fake/join" -> {
        members.add(uri.getQuery());
        send(exchange, 200, -1, "{}");
      }
      case "/fake/wall" ->
          send(exchange, 200, -1, "{\"wall_ms\":" + System.currentTimeMillis() + "}");
      case "/fake/parks" -> send(exchange, 200, -1, "{\"parks\":" + parks() + "}");
      case "/readyz" -> {
        boolean ready = leads() || ask("/fake/join?" + host) != null;
        send(exchange, ready ? 200 : 503, -1, "ready");
      }
      case "/admin/v1/cluster" -> {
        String cluster = leads() ? cluster() : ask("/admin/v1/cluster");
        send(exchange, cluster == null ? 503 : 200, -1, cluster == null ? "{}" : cluster);
      }
      case "/admin/v1/shards" -> send(exchange, 200, -1, "{\"shards\":[]}");
      default -> send(exchange, 200, -1, "{\"state\":\"1\",\"facts\":\"1\"}");
    }
  }

  /** How often a wait of 100 ms fits into a second. */
  private static int parks() {
    int count = 0;
    for (long startNs = System.nanoTime(); System.nanoTime() - startNs < 1_000_000_000L; count++) {
      LockSupport.parkNanos(100_000_000L);
    }
    return count;
  }

  private String ask(String path) throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + leader + ":7401" + path))
              .timeout(FORWARD_MAX)
              .build();
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private String cluster() {
    List<String> nodes = new ArrayList<>();
    List<String> replicas = new ArrayList<>();
    long applied = ledger.applied();
    for (String member : members) {
      nodes.add(
          "{\"id\":\"id-%s\",\"name\":\"x\",\"address\":\"%s:7402\",\"state\":\"ready\"}"
              .formatted(member, member));
      replicas.add("{\"node\":\"id-%s\",\"applied\":%d,\"hash\":\"a\"}".formatted(member, applied));
    }
    return "{\"nodes\":[%s],\"shards\":[{\"shard\":0,\"leader\":\"id-%s\",\"term\":1,\"replicas\":[%s]}]}"
        .formatted(String.join(",", nodes), host, String.join(",", replicas));
  }

  private static void send(HttpExchange exchange, int status, long version, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (version >= 0) {
      exchange.getResponseHeaders().add("ETag", "\"" + version + "\"");
    }
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
