package dev.perdure.connect.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Delivery;
import dev.perdure.connect.Purse;
import dev.perdure.connect.RunningNode;
import dev.perdure.connect.Wait;
import dev.perdure.lab.outside.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outboxes to a real broker, from a real node and from events made by hand. */
class OutboxTest {

  private static final int PURSE_COUNT = 7;
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir private static Path folder;
  @TempDir private Path data;

  private static KafkaBroker broker;
  private Topic topic;
  private Outbox outbox;

  @BeforeAll
  static void startBroker() {
    broker = KafkaBroker.start(folder, System.getProperty("java.class.path"));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void makeTopic() throws Exception {
    String name = "purses-" + TOPICS.incrementAndGet();
    topic = new Topic(broker.address(), name);
    topic.create(3, Map.of("max.message.bytes", "20000"));
    outbox = Outbox.of("purse-events", "purse", name);
  }

  private KafkaOutbox<Purse.Event> open() {
    return KafkaOutbox.of(
        outbox,
        Map.of(
            "bootstrap.servers",
            broker.address(),
            "request.timeout.ms",
            2_000,
            "delivery.timeout.ms",
            12_000,
            "max.block.ms",
            2_000));
  }

  private void awaitVersions(int events) {
    Wait.until(
        "all is published",
        () -> {
          Map<String, Long> versions = new TopicChecks(topic.messages()).versions();
          return versions.values().stream().mapToLong(Long::longValue).sum() == events;
        });
  }

  @Test
  void publishesEveryEventInOrderThroughRestartsAndARewind() {
    for (int round = 0; round < 3; round++) {
      try (KafkaOutbox<Purse.Event> open = open();
          RunningNode node = new RunningNode(data, open)) {
        node.put(round * 100, round * 100 + 100, PURSE_COUNT);
        if (round == 2) {
          awaitVersions(300);
          node.rewind("purse-events");
          Wait.until("all comes again", () -> topic.messages().size() >= 600);
        }
      }
    }
    TopicChecks checks = new TopicChecks(topic.messages());
    assertThat(checks.broken()).isEmpty();
    assertThat(checks.duplicates()).isGreaterThanOrEqualTo(300);
    assertThat(checks.versions()).hasSize(PURSE_COUNT).containsEntry("default/purse/p0", 43L);
  }

  @Test
  void waitsWhileTheBrokerIsAwayAndLosesNothing() {
    try (KafkaOutbox<Purse.Event> open = open();
        RunningNode node = new RunningNode(data, open)) {
      node.put(0, 100, PURSE_COUNT);
      awaitVersions(100);
      broker.kill();
      try {
        node.put(100, 300, PURSE_COUNT);
        Wait.until("it says what is wrong", () -> !node.error("purse-events").isEmpty());
      } finally {
        broker.start();
      }
      awaitVersions(300);
      assertThat(node.dead("purse-events")).isEmpty();
    }
    assertThat(new TopicChecks(topic.messages()).broken()).isEmpty();
  }

  @Test
  void writesCloudEvents() throws Exception {
    try (KafkaOutbox<Purse.Event> open = open()) {
      open.handle(List.of(Purse.put("a", 1, 5)));
    }
    assertThat(topic.messages())
        .containsExactly(
            new Topic.Message(
                "default/purse/a",
                "purse/a/1",
                1,
                "default/purse/a {\"coins\":5} ce_specversion=1.0 ce_id=purse/a/1"
                    + " ce_source=/tenants/default/entities/purse ce_type=purse.put ce_subject=a"
                    + " ce_time=1970-01-01T00:00:01.000001Z ce_tenant=default ce_version=1"
                    + " ce_operationid=o1 content-type=application/json"));
  }

  @Test
  void aLateLeaderAddsNothingButDuplicates() throws Exception {
    try (KafkaOutbox<Purse.Event> old = open();
        KafkaOutbox<Purse.Event> young = open();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Void>> both = new ArrayList<>();
      for (KafkaOutbox<Purse.Event> one : List.of(old, young)) {
        Callable<Void> all =
            () -> {
              for (int from = 1; from < 500; from += 50) {
                one.handle(puts("hot", from, from + 50));
              }
              return null;
            };
        both.add(threads.submit(all));
      }
      for (Future<Void> one : both) {
        one.get();
      }
    }
    TopicChecks checks = new TopicChecks(topic.messages());
    assertThat(checks.broken()).isEmpty();
    assertThat(checks.duplicates()).isEqualTo(500);
  }

  private static List<Delivery<Purse.Event>> puts(String purse, int from, int to) {
    List<Delivery<Purse.Event>> all = new ArrayList<>();
    for (int version = from; version < to; version++) {
      all.add(Purse.put(purse, version, version));
    }
    return all;
  }

  @Test
  void whatTheTopicDoesNotTakeIsADeadLetterAndTheRestGoesOn() {
    try (KafkaOutbox<Purse.Event> open = open();
        RunningNode node = new RunningNode(data, open)) {
      node.put(0, 20, PURSE_COUNT);
      node.run("p1", new Purse.Command.Note("x".repeat(30_000)));
      node.put(20, 40, PURSE_COUNT);
      Wait.until("the rest is published", () -> topic.messages().size() >= 40);
      Wait.until("the letter is recorded", () -> !node.dead("purse-events").isEmpty());
      assertThat(node.dead("purse-events"))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.id()).isEqualTo("default/purse/p1/4");
                assertThat(letter.error()).startsWith("outbox-too-large: ").contains("30,");
              });
      assertThat(new TopicChecks(topic.messages()).broken())
          .containsExactly("default/purse/p1: version 5 behind 3");
    }
  }

  @Test
  void saysThatThereIsNoTopicAndGoesOnWhenThereIs() throws Exception {
    outbox = Outbox.of("purse-events", "purse", "later");
    try (KafkaOutbox<Purse.Event> open = open();
        RunningNode node = new RunningNode(data, open)) {
      node.put(0, 10, PURSE_COUNT);
      Wait.until("it says so", () -> node.error("purse-events").contains("later"));
      topic = new Topic(broker.address(), "later");
      topic.create(1, Map.of());
      awaitVersions(10);
    }
  }

  @Test
  void refusesSettingsThatTheOrderRestsOn() {
    for (String key : List.of("acks", "linger.ms", "partitioner.class", "transactional.id")) {
      assertThatThrownBy(() -> KafkaOutbox.of(outbox, Map.of("bootstrap.servers", "x:1", key, "1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + key + "'");
    }
    assertThatThrownBy(() -> KafkaOutbox.of(outbox, Map.of()))
        .hasMessageContaining("bootstrap.servers");
  }
}
