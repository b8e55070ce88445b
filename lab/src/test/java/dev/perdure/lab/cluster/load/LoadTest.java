package dev.perdure.lab.cluster.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.perdure.lab.cluster.Wait;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.load.Operation.Kind;
import dev.perdure.lab.cluster.load.Result.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {

  @TempDir Path folder;

  private final List<HttpServer> servers = new ArrayList<>();

  /** What a server does with a request: a status and a body. */
  private interface Behaviour {
    String answer(HttpExchange exchange) throws IOException;
  }

  private NodeAddress server(String name, Behaviour behaviour) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String[] answer = behaviour.answer(exchange).split(" ", 2);
            byte[] body = answer[1].getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("ETag", "\"2\"");
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    servers.add(server);
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new NodeAddress(name, "127.0.0.1", uri, uri);
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private static Sender sender(List<NodeAddress> nodes, History history) {
    return new Sender(nodes, history, Duration.ofSeconds(1), new SplittableRandom(1));
  }

  @Test
  void goesToAnotherNodeWithTheSameOperationIdAndHonoursTheTimeGiven() throws IOException {
    Map<String, Integer> asked = new ConcurrentHashMap<>();
    Map<String, String> keys = new ConcurrentHashMap<>();
    Behaviour refuses =
        exchange -> {
          asked.merge("refuses", 1, Integer::sum);
          keys.put("refuses", exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          exchange.getResponseHeaders().add("Retry-After", "30");
          return "503 {\"code\":\"no-leader\"}";
        };
    Behaviour answers =
        exchange -> {
          keys.put("answers", exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          assertThat(exchange.getRequestHeaders().getFirst("Perdure-Timeout")).isEqualTo("700ms");
          return "200 {\"balance\":5}";
        };
    // Whichever the client begins with, one of the two pairs makes it begin with a refusal.
    NodeAddress no = server("no", refuses);
    NodeAddress yes = server("yes", answers);
    try (History history = new History(folder.resolve("h"))) {
      for (List<NodeAddress> nodes : List.of(List.of(no, yes), List.of(yes, no))) {
        try (Sender sender = sender(nodes, history)) {
          for (int i = 0; i < 100; i++) {
            Delivery delivery =
                new Delivery(new Operation("k" + i, "a", Kind.DEPOSIT, 5, false), 1);
            assertThat(sender.deliver(delivery, Long.MAX_VALUE, new Stop())).isTrue();
            assertThat(delivery.result().balance()).isEqualTo(5);
          }
        }
      }
    }
    assertThat(keys.get("refuses")).startsWith("k");
    // It may wander to the node that refuses, but does not go back to it because of an error.
    assertThat(asked.get("refuses")).isBetween(1, 30);
  }

  @Test
  void givesUpInTimeAndSaysWhatItKnows() throws IOException {
    NodeAddress silent =
        server(
            "silent",
            exchange -> {
              Stop never = new Stop();
              never.await(1_500);
              return "200 {}";
            });
    try (History history = new History(folder.resolve("h"));
        Sender sender = sender(List.of(silent), history)) {
      Delivery delivery = new Delivery(new Operation("k", "a", Kind.DEPOSIT, 5, false), 1);
      assertThat(sender.deliver(delivery, history.now(), new Stop())).isFalse();
      assertThat(delivery.result().status()).isEqualTo(Status.UNKNOWN);
    }
    NodeAddress nobody = NodeAddress.of("nobody", "127.0.0.1");
    NodeAddress closed =
        new NodeAddress("nobody", "127.0.0.1", URI.create("http://127.0.0.1:9"), nobody.admin());
    try (History history = new History(folder.resolve("h2"));
        Sender sender = sender(List.of(closed), history)) {
      Delivery delivery = new Delivery(new Operation("k", "a", Kind.DEPOSIT, 5, false), 1);
      assertThat(sender.deliver(delivery, history.now(), new Stop())).isFalse();
      assertThat(delivery.result().status()).isEqualTo(Status.NOT_EXECUTED);
    }
  }

  /** A bank that lets deposits of transfers hang until the load is over. */
  @Test
  void bringsTransfersToTheirEnd() throws IOException {
    AtomicInteger withdrawn = new AtomicInteger();
    Map<String, Integer> deposited = new ConcurrentHashMap<>();
    AtomicReference<String> healed = new AtomicReference<>();
    Behaviour bank =
        exchange -> {
          String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
          if (key == null) {
            return "200 {\"balance\":0}";
          }
          if (key.endsWith("-to") && healed.get() == null) {
            return "504 {\"code\":\"outcome-unknown\"}";
          }
          if (key.endsWith("-to")) {
            deposited.merge(key, 1, Integer::sum);
          } else if (exchange.getRequestURI().getPath().endsWith("withdraw")) {
            withdrawn.incrementAndGet();
          }
          return "200 {\"balance\":0}";
        };
    LoadSettings settings =
        new LoadSettings(
            4, 3, Duration.ofMillis(2), Duration.ofMillis(500), Duration.ofMillis(100), 1);
    try (History history = new History(folder.resolve("h"))) {
      Load load = new Load(settings, List.of(server("bank", bank)), history);
      load.start();
      Wait.until("some transfers hang", () -> withdrawn.get() > 40);
      load.stop();
      assertThat(load.open()).isPositive();
      healed.set("yes");
      assertThat(load.complete(Duration.ofSeconds(10))).isZero();
      long halves =
          history.recorded().stream()
              .filter(one -> one.operation().transfer() && one.acknowledged())
              .count();
      assertThat(deposited).isNotEmpty();
      assertThat(halves).isEqualTo(2L * deposited.size());
    }
  }

  @Test
  void theHistoryIsWrittenLineByLine() throws IOException {
    Path file = folder.resolve("history.ndjson");
    try (History history = new History(file)) {
      Operation operation = new Operation("k", "a", Kind.DEPOSIT, 5, false);
      history.called(3, operation, "n1", 10);
      history.answered(3, operation, Result.unknown("no answer"), 20);
      history.fault(false, "SIGKILL n1");
      history.ended(new Recorded(operation, 3, 10, 30, new Result(Status.DONE, 2, 5, "", true)));
      assertThat(history.size()).isEqualTo(1);
      assertThat(history.attempts()).isEqualTo(1);
    }
    assertThat(Files.readAllLines(file))
        .hasSize(4)
        .contains(
            "{\"t_ns\":10,\"type\":\"call\",\"client\":3,\"node\":\"n1\",\"operation\":\"k\","
                + "\"account\":\"a\",\"kind\":\"deposit\",\"amount\":5}",
            "{\"t_ns\":20,\"type\":\"answer\",\"client\":3,\"operation\":\"k\","
                + "\"status\":\"unknown\",\"code\":\"no answer\"}")
        .anyMatch(line -> line.contains("\"type\":\"fault\",\"what\":\"SIGKILL n1\""))
        .anyMatch(
            line ->
                line.contains("\"type\":\"end\"")
                    && line.contains("\"version\":2,\"balance\":5,\"replayed\":true"));
  }

  @Test
  void anAccountIsReplacedBeforeItsHistoryIsTooLong() {
    Accounts accounts = new Accounts(3);
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Integer> used = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      used.merge(accounts.pick(random), 1, Integer::sum);
      String[] two = accounts.pickTwo(random);
      assertThat(two[0]).isNotEqualTo(two[1]);
      used.merge(two[0], 1, Integer::sum);
      used.merge(two[1], 1, Integer::sum);
    }
    assertThat(used.values()).allMatch(count -> count <= Accounts.OPERATIONS_MAX);
    assertThat(new TreeSet<>(used.keySet())).hasSizeBetween(20, 24).contains("acct-0-0");
  }

  @Test
  void settingsThatCannotBeCheckedAreRefused() {
    Duration any = Duration.ofMillis(1);
    assertThatThrownBy(() -> new LoadSettings(11, 6, any, any, any, 1))
        .hasMessageContaining("11 clients; 1 to 10");
    assertThatThrownBy(() -> new LoadSettings(1, 1, any, any, any, 1))
        .hasMessageContaining("a transfer needs two");
  }

  @Test
  void gapsAreBetweenAcknowledgedChanges() {
    List<Recorded> history = new ArrayList<>();
    for (long at : new long[] {10, 20, 70, 80}) {
      Operation operation = new Operation("k" + at, "a", Kind.DEPOSIT, 5, false);
      history.add(new Recorded(operation, 1, at - 1, at, new Result(Status.DONE, 1, 1, "", false)));
    }
    Operation read = new Operation("r", "a", Kind.READ, 0, false);
    history.add(new Recorded(read, 1, 40, 45, new Result(Status.DONE, 1, 1, "", false)));
    assertThat(Gaps.longestNs(history, 0, 85)).isEqualTo(50);
    assertThat(Gaps.longestNs(history, 30, 75)).as("began before").isEqualTo(50);
    assertThat(Gaps.longestNs(history, 0, 15)).as("from the start").isEqualTo(10);
    assertThat(Gaps.longestNs(history, 72, 200)).as("to the end").isEqualTo(120);
    assertThat(Gaps.longestNs(List.of(), 5, 25)).isEqualTo(20);
  }
}
