package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Queue;
import dev.perdure.api.Reaction;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.Queues.Leased;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Short words for what tests of queues ask of a node. */
record Workbench(RunningNode node, String queue, String tenant) {

  /** A service with queues. */
  record Shop(List<Queue> queues, List<Saga<?, ?>> sagas, List<Reaction<?>> reactions)
      implements Service {

    Shop(Queue... queues) {
      this(List.of(queues), List.of(), List.of());
    }

    @Override
    public String name() {
      return "shop";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Wallet());
    }
  }

  static Workbench of(RunningNode node) {
    return new Workbench(node, "work", "default");
  }

  Workbench as(String other) {
    return new Workbench(node, queue, other);
  }

  Queues queues() {
    return node.node().queues();
  }

  static <T> T got(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Got.class);
    return ((Answer.Got<T>) answer).value();
  }

  /** The code of a refusal. */
  static String code(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return ((Answer.Failed<?>) answer).problem().code().code();
  }

  Answer<Queues.Sent> trySend(String text, int priority, Duration delay, @Nullable String key) {
    byte[] body = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
    return queues()
        .send(
            new Queues.To(tenant, queue),
            new Queues.Sending(body, priority, delay, key),
            node.context());
  }

  Queues.Id send(String text) {
    return got(trySend(text, 3, Duration.ZERO, null)).id();
  }

  Answer<List<Leased>> tryLease(int max, Duration time, Duration wait) {
    return queues()
        .lease(new Queues.Wanted(queue, tenant, max, time, "tester", wait), node.context());
  }

  List<Leased> lease(int max) {
    return got(tryLease(max, Duration.ofSeconds(30), Duration.ZERO));
  }

  /** Of all tenants. */
  List<Leased> leaseOfAll(int max) {
    return got(
        queues()
            .lease(new Queues.Wanted(queue, null, max, null, "", Duration.ZERO), node.context()));
  }

  static Queues.Held held(Leased leased) {
    return new Queues.Held(leased.message().id(), leased.token());
  }

  Answer<Queues.Message> ack(Leased leased) {
    return queues().ack(held(leased), null, node.context());
  }

  Answer<Queues.Message> nack(Leased leased, Duration delay) {
    return queues().nack(held(leased), new Queues.Return(delay, "no", false), node.context());
  }

  Queues.Message see(Queues.Id id) {
    return got(queues().get(id, node.context()));
  }

  /** What is ready, delayed, leased and dead, of all shards. */
  String counts() {
    Set<QueueFigures> all =
        queues().figures().stream()
            .filter(one -> one.of().queue().equals(queue))
            .collect(Collectors.toSet());
    return "%d %d %d %d"
        .formatted(
            all.stream().mapToLong(one -> one.now().ready()).sum(),
            all.stream().mapToLong(one -> one.now().delayed()).sum(),
            all.stream().mapToLong(one -> one.now().leased()).sum(),
            all.stream().mapToLong(one -> one.now().dead()).sum());
  }

  static String text(Leased leased) {
    return leased.message().body().replace("\"", "");
  }

  static List<String> texts(List<Leased> all) {
    return all.stream().map(Workbench::text).toList();
  }
}
