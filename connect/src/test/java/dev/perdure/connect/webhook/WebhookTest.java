package dev.perdure.connect.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.RetryAfter;
import dev.perdure.api.Subscription;
import dev.perdure.api.Undeliverable;
import dev.perdure.connect.Purse;
import dev.perdure.connect.RunningNode;
import dev.perdure.connect.Wait;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Policy;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.subscription.DeadLetter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks from a real node to a real HTTP server. */
class WebhookTest {

  private static final int PURSE_COUNT = 5;
  private static final String HOOK = "purse-hook";

  /** Closed again soon after the receiver is back. */
  private static final Policy SOON =
      Policy.defaults()
          .with(
              Breaking.defaults()
                  .opening(new Breaking.Opening(Duration.ofMillis(200), Duration.ofMillis(200))));

  @TempDir private Path data;

  private final Receiver receiver = new Receiver();
  private Webhook webhook = KilledNode.webhook(receiver.uri("/purses?token=t0k"));

  @AfterEach
  void close() {
    receiver.close();
  }

  private RunningNode open(Subscription<?>... outboxes) {
    return new RunningNode(NodeOptions.of(data).withPolicies(Map.of(HOOK, SOON)), outboxes);
  }

  private void awaitEffects(int events) {
    Wait.until(
        events + " took effect, not " + receiver.effects().size(),
        () -> receiver.effects().size() == events);
  }

  // docs: webhook
  /** Tells a partner what happens in purses. */
  private static WebhookOutbox<Purse.Event> partner(Map<String, String> environment) {
    return WebhookOutbox.of(
        Webhook.of(
            "partner",
            "purse",
            environment.getOrDefault("PARTNER_URL", "http://127.0.0.1:9099/purses"),
            WebhookSecret.of(environment.getOrDefault("PARTNER_SECRET", ""))));
  }

  // docs: end

  @Test
  void sendsWhatStandardWebhooksAndCloudEventsSay() throws Exception {
    Map<String, String> environment =
        Map.of(
            "PARTNER_URL",
            receiver.uri("/purses?token=t0k").toString(),
            "PARTNER_SECRET",
            Receiver.SECRET);
    try (WebhookOutbox<Purse.Event> outbox = partner(environment)) {
      outbox.handle(List.of(Purse.put("a.b/ü", 3, 5)));
      outbox.handle(List.of(Purse.put("a.b/ü", 3, 5)));
    }
    Receiver.Message message = receiver.taken.getFirst();
    assertThat(message.body())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"purse/a.b/ü/3\","
                + "\"source\":\"/tenants/default/entities/purse\",\"type\":\"purse.put\","
                + "\"subject\":\"a.b/ü\",\"time\":\"1970-01-01T00:00:01.000003Z\","
                + "\"tenant\":\"default\",\"version\":3,\"operationid\":\"o3\","
                + "\"datacontenttype\":\"application/json\",\"data\":{\"coins\":5}}");
    assertThat(message.verdict()).isEqualTo(WebhookSignature.Verdict.VALID);
    assertThat(message.path()).isEqualTo("/purses?token=t0k");
    assertThat(message.id()).matches("evt_[A-Za-z0-9_-]{32}");
    assertThat(message.header("Idempotency-Key")).isEqualTo(message.id());
    assertThat(message.header("Perdure-Timeout")).isEqualTo("15000ms");
    assertThat(message.header("Content-Type"))
        .isEqualTo("application/cloudevents+json; charset=utf-8");
    assertThat(receiver.taken.get(1).id()).isEqualTo(message.id());
    assertThat(receiver.taken.get(1).body()).isEqualTo(message.body());
    assertThat(WebhookOutbox.id(Purse.put("a.b/ü", 4, 5))).isNotEqualTo(message.id());
  }

  @Test
  void eachEventTakesEffectOnceInOrderThoughTheNodeIsKilled() throws Exception {
    Path log = data.resolve("node.log");
    Path node = java.nio.file.Files.createDirectory(data.resolve("node"));
    for (int round = 1; round <= 2; round++) {
      int enough = receiver.effects().size() + 60;
      try (KilledNode killed = KilledNode.start(node, receiver.uri("/purses"), log.toFile())) {
        Wait.until(
            "events come",
            () -> {
              assertThat(killed.runs()).as("see %s", log).isTrue();
              return receiver.effects().size() >= enough;
            });
      }
    }
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode last = new RunningNode(node, outbox)) {
      last.put(0, PURSE_COUNT, PURSE_COUNT);
      Wait.until("all is sent", last::caughtUp);
      assertThat(receiver.broken()).isEmpty();
      int before = receiver.taken.size();
      last.rewind(HOOK);
      Wait.until(
          "all comes again", () -> receiver.taken.size() >= before + receiver.effects().size());
      assertThat(receiver.broken()).isEmpty();
      assertThat(last.dead(HOOK)).isEmpty();
    }
  }

  @Test
  void aReceiverThatIsAwayIsLeftAloneAndTheRestOfTheNodeGoesOn() {
    try (Receiver well = new Receiver();
        WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        WebhookOutbox<Purse.Event> other =
            WebhookOutbox.of(
                Webhook.of(
                    "other-hook", "purse", well.uri("/"), WebhookSecret.of(Receiver.SECRET)));
        RunningNode node = open(outbox, other)) {
      node.put(0, 50, PURSE_COUNT);
      awaitEffects(50);
      receiver.stop();
      node.put(50, 150, PURSE_COUNT);
      Wait.until("it is left alone", () -> !node.breaker(HOOK).equals("closed"));
      Wait.until("it says why", () -> node.error(HOOK).contains("webhook-unanswered"));
      node.put(150, 200, PURSE_COUNT);
      Wait.until("the other is told", () -> well.effects().size() == 200);
      assertThat(node.breaker("other-hook")).isEqualTo("closed");
      receiver.start();
      awaitEffects(200);
      Wait.until("it is used again", () -> node.breaker(HOOK).equals("closed"));
      assertThat(node.dead(HOOK)).isEmpty();
      assertThat(well.broken()).isEmpty();
    }
    assertThat(receiver.broken()).isEmpty();
  }

  @Test
  void whatIsRefusedForGoodIsADeadLetterAndTheRestGoesOn() {
    receiver.answers =
        message ->
            switch (message.event().path("data").path("text").asString("")) {
              case "gone" -> Receiver.status(410);
              case "bad" -> Receiver.status(422);
              default -> Receiver.status(200);
            };
    webhook = webhook.withBytesMax(2_000);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 10, PURSE_COUNT);
      node.run("p1", new Purse.Command.Note("gone"));
      node.run("p2", new Purse.Command.Note("bad"));
      node.run("p3", new Purse.Command.Note("x".repeat(3_000)));
      node.put(10, 20, PURSE_COUNT);
      awaitEffects(20);
      Wait.until("the letters are recorded", () -> node.dead(HOOK).size() == 3);
      String host = receiver.uri("").toString();
      assertThat(node.dead(HOOK))
          .extracting(DeadLetter::error)
          .satisfiesExactlyInAnyOrder(
              gone -> assertThat(gone).isEqualTo("webhook-refused: " + host + " answered 410"),
              bad -> assertThat(bad).isEqualTo("webhook-refused: " + host + " answered 422"),
              large -> assertThat(large).startsWith("webhook-too-large: ").contains("2,000"));
      assertThat(node.breaker(HOOK)).isEqualTo("closed");
    }
  }

  @Test
  void whatPassesIsTriedAgainAndRetryAfterIsHeeded() {
    Set<String> asked = ConcurrentHashMap.newKeySet();
    receiver.answers =
        message ->
            message.event().path("version").asLong() == 1 && asked.add(message.id())
                ? Receiver.status(429, "Retry-After", "3")
                : Receiver.status(204);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 10, 1);
      awaitEffects(10);
      assertThat(node.dead(HOOK)).isEmpty();
    }
    assertThat(receiver.came).hasSize(11);
    long waitedNs = receiver.came.get(1).atNs() - receiver.came.get(0).atNs();
    assertThat(Duration.ofNanos(waitedNs)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    assertThat(receiver.broken()).isEmpty();
  }

  @Test
  void eachStatusSaysWhoseFaultItIs() throws Exception {
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook)) {
      for (int status : List.of(400, 402, 406, 409, 410, 413, 415, 422, 499)) {
        receiver.answers = message -> Receiver.status(status);
        assertThatThrownBy(() -> outbox.handle(List.of(Purse.put("a", 1, 1))))
            .isInstanceOf(Undeliverable.class)
            .hasMessageContaining("answered " + status);
      }
      for (int status : List.of(401, 403, 404, 405, 407, 408, 425, 429, 500, 502, 503, 504, 599)) {
        receiver.answers = message -> Receiver.status(status);
        assertThatThrownBy(() -> outbox.handle(List.of(Purse.put("a", 1, 1))))
            .isInstanceOf(RetryAfter.class)
            .hasMessageContaining("answered " + status);
      }
    }
  }

  @Test
  void redirectsAreNotFollowedAndWaitForTheOperator() {
    receiver.answers =
        message ->
            message.path().startsWith("/elsewhere")
                ? Receiver.status(200)
                : Receiver.status(307, "Location", receiver.uri("/elsewhere").toString());
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 3, 1);
      Wait.until("it says so", () -> node.error(HOOK).contains("answered 307; redirects"));
      receiver.answers = message -> Receiver.status(200);
      awaitEffects(3);
      assertThat(node.dead(HOOK)).isEmpty();
    }
    assertThat(receiver.came).noneMatch(one -> one.path().startsWith("/elsewhere"));
  }

  @Test
  void aReceiverThatHangsHasATimeLimit() {
    receiver.answers =
        message ->
            exchange -> {
              LockSupport.parkNanos(Duration.ofMinutes(2).toNanos());
              throw new IOException("too late");
            };
    webhook = webhook.withTimeout(Duration.ofMillis(300));
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 20, PURSE_COUNT);
      Wait.until("it is left alone", () -> !node.breaker(HOOK).equals("closed"));
      receiver.answers = message -> Receiver.status(200);
      awaitEffects(20);
      assertThat(node.dead(HOOK)).isEmpty();
    }
    assertThat(receiver.broken()).isEmpty();
  }

  @Test
  void anAnswerWithoutEndIsCutOffAndCounts() {
    List<Long> written = new CopyOnWriteArrayList<>();
    receiver.answers = message -> Receiver.flood(1L << 30, written);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 5, 1);
      Wait.until("all were sent", () -> receiver.came.size() == 5 && written.size() == 5);
      Wait.until("they count", node::caughtUp);
      assertThat(node.error(HOOK)).isEmpty();
    }
    // What the sockets of both sides hold, and no more.
    assertThat(written).allMatch(bytes -> bytes < 64L << 20);
    assertThat(receiver.came.stream().map(Receiver.Message::id).collect(Collectors.toSet()))
        .hasSize(5);
  }

  @Test
  void theStatusDecidesThoughTheBodyStalls() {
    webhook = webhook.withTimeout(Duration.ofSeconds(3));
    receiver.answers = message -> Receiver.stall(200);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 4, 1);
      Wait.until("all were sent, and count", () -> receiver.came.size() >= 4 && node.caughtUp());
      assertThat(node.error(HOOK)).isEmpty();
      assertThat(receiver.came).extracting(Receiver.Message::id).doesNotHaveDuplicates();
      receiver.answers = message -> Receiver.stall(503);
      node.put(4, 5, 1);
      Wait.until("it says so", () -> node.error(HOOK).contains("answered 503"));
      receiver.answers = message -> Receiver.status(204);
      awaitEffects(1);
      Wait.until("it is sent again", node::caughtUp);
      assertThat(node.dead(HOOK)).isEmpty();
    }
  }

  @Test
  void rubbishIsAFailureAndNothingIsLost() throws Exception {
    try (ServerSocket rubbish = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> talkRubbish(rubbish));
      URI there = URI.create("http://127.0.0.1:" + rubbish.getLocalPort() + "/");
      try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(KilledNode.webhook(there));
          RunningNode node = open(outbox)) {
        node.put(0, 3, 1);
        Wait.until("it says so", () -> node.error(HOOK).contains("webhook-unanswered"));
        Wait.until("it is left alone", () -> !node.breaker(HOOK).equals("closed"));
        assertThat(node.dead(HOOK)).isEmpty();
      }
    }
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      awaitEffects(3);
      assertThat(node.dead(HOOK)).isEmpty();
    }
  }

  private static void talkRubbish(ServerSocket door) {
    while (!door.isClosed()) {
      try (Socket one = door.accept()) {
        one.getOutputStream().write("SSH-2.0-what\r\n\0\0\0\r\n".getBytes(StandardCharsets.UTF_8));
        one.getOutputStream().flush();
      } catch (IOException e) {
        // the test's end, or whoever gave up
      }
    }
  }

  @Test
  void nothingThatIsSaidShowsASecretOrThePath() {
    receiver.stop();
    String said;
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook);
        RunningNode node = open(outbox)) {
      node.put(0, 1, 1);
      Wait.until("it says something", () -> !node.error(HOOK).isEmpty());
      said = node.error(HOOK) + webhook + outbox;
    }
    assertThat(said).contains(HOOK).doesNotContain("MfKQ").doesNotContain("t0k", "/purses");
  }

  @Test
  void targetsAndLimitsAreChecked() {
    WebhookSecret secret = WebhookSecret.of(Receiver.SECRET);
    for (String wrong :
        List.of("ftp://h/x", "file:///etc/passwd", "/x", "https:/x", "jar:http://h/x", "h:80")) {
      assertThatThrownBy(() -> Webhook.of("w", "purse", URI.create(wrong), secret))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("webhook 'w'");
    }
    for (String user : List.of("https://me:t0k@host/", "https://host/#t0k")) {
      assertThatThrownBy(() -> Webhook.of("w", "purse", URI.create(user), secret))
          .hasMessageContaining("user or a fragment")
          .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("t0k"));
    }
    for (String none : List.of("https://host/a b?t0k", "https://ho st/t0k", "t0k:", "", "%t0k")) {
      assertThatThrownBy(() -> Webhook.of("w", "purse", none, secret))
          .as(none)
          .isInstanceOf(IllegalArgumentException.class)
          .hasNoCause()
          .satisfies(thrown -> assertThat(thrown.getMessage()).contains("'w'"))
          .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("host", "?t0k"));
    }
    assertThatThrownBy(() -> Webhook.of("w", "purse", URI.create("https://h/")))
        .hasMessageContaining("0 secrets");
    assertThatThrownBy(() -> webhook.withTimeout(Duration.ZERO)).hasMessageContaining("1 ms");
    assertThatThrownBy(() -> webhook.withBytesMax(0)).hasMessageContaining("16,777,216");
  }
}
