package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Named;
import dev.perdure.api.Queue;
import dev.perdure.api.QueueMessage;
import dev.perdure.api.Reaction;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.runtime.Queues.Answer;
import dev.perdure.runtime.Queues.Leased;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Subscriptions.To;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sagas and reactions that put messages on queues. */
class QueueSagaTest {

  private static final Queue WORK = Queue.named("work");

  @TempDir private Path directory;

  record LoanInput(String customer, long amount) {}

  record Task(String customer, long amount) {}

  record Verdict(boolean approved) {}

  record Granted(boolean granted) {}

  // docs: saga
  /** A person reviews the application: a worker leases the task and acks it with the verdict. */
  @Named("loan")
  static final class Loan implements Saga<LoanInput, Granted> {
    @Override
    public Granted run(LoanInput input, SagaContext saga) {
      Task task = new Task(input.customer(), input.amount());
      saga.step("review").send("work", QueueMessage.of(task).withReplyAs("reviewed"));
      Verdict verdict =
          saga.signal("reviewed", Verdict.class, Duration.ofDays(3))
              .orElseThrow(() -> saga.abort("not-reviewed", "nobody reviewed it in time"));
      return new Granted(verdict.approved());
    }
  }

  // docs: end

  // docs: queue
  /** The queue of reviews: five attempts, leases of two minutes, at most ten reviews a second. */
  static final Queue REVIEWS =
      Queue.named("reviews")
          .withRetry(Retry.times(5))
          .withLease(Duration.ofMinutes(2), Duration.ofHours(1))
          .withMessages(50_000)
          .withPerSecond(10);

  // docs: end

  // docs: reaction
  /** Every deposit is to be looked at. */
  @Named("watch")
  static final class Watch implements Reaction<Wallet.Event> {
    @Override
    public String entity() {
      return "wallet";
    }

    @Override
    public List<Effect> react(Delivery<Wallet.Event> delivery) {
      return List.of(Effect.send("work", QueueMessage.of(delivery.id()).withPriority(1)));
    }
  }

  // docs: end

  private RunningNode open() {
    return RunningNode.open(
        NodeOptions.of(directory).withShards(2),
        new Workbench.Shop(List.of(WORK, REVIEWS), List.of(new Loan()), List.of(new Watch())));
  }

  private static EntityAddress start(RunningNode node, String id) {
    EntityAddress saga = SagaTest.saga("loan", id);
    SagaTest.seen(
        node.node()
            .sagas()
            .start(saga, SagaTest.json("{\"customer\":\"ann\",\"amount\":5}"), node.context()));
    return saga;
  }

  private static Leased lease(Workbench work) {
    return Workbench.got(work.tryLease(1, Duration.ofMinutes(5), Duration.ofSeconds(30)))
        .getFirst();
  }

  @Test
  void aSagaGetsTheResultOfTheWorkerThoughTheNodeStopsMeanwhile() {
    EntityAddress saga;
    Leased leased;
    try (RunningNode node = open()) {
      saga = start(node, "l1");
      leased = lease(Workbench.of(node));
      assertThat(leased.message().body()).isEqualTo("{\"customer\":\"ann\",\"amount\":5}");
    }
    try (RunningNode node = open()) {
      Queues queues = node.node().queues();
      byte[] verdict = SagaTest.json("{\"approved\":true}");
      assertThat(queues.ack(Workbench.held(leased), verdict, node.context()))
          .isInstanceOf(Answer.Got.class);
      SagaView over = SagaTest.seen(node.node().sagas().await(saga, node.context()));
      assertThat(over.status()).isEqualTo(Status.COMPLETED);
      assertThat(new String(over.result(), StandardCharsets.UTF_8)).isEqualTo("{\"granted\":true}");
      Workbench work = Workbench.of(node);
      node.until(30, () -> work.see(leased.message().id()).state().equals("done"));
      assertThat(work.lease(5)).isEmpty();
    }
  }

  @Test
  void aResultForASagaThatHasEndedIsLetGo() {
    try (RunningNode node = open()) {
      EntityAddress saga = start(node, "l2");
      Workbench work = Workbench.of(node);
      Leased leased = lease(work);
      node.node().sagas().cancel(saga, "no more", node.context());
      node.node().sagas().await(saga, node.context());
      node.node()
          .queues()
          .ack(Workbench.held(leased), SagaTest.json("{\"approved\":true}"), node.context());
      node.until(30, () -> work.see(leased.message().id()).state().equals("done"));
      assertThat(work.see(leased.message().id()).error()).contains("saga-ended");
    }
  }

  @Test
  void aResultThatTheSagaCouldNotTakeIsRefusedToTheWorker() {
    try (RunningNode node = open()) {
      EntityAddress saga = start(node, "l4");
      Queues queues = node.node().queues();
      Leased leased = lease(Workbench.of(node));
      byte[] large = SagaTest.json('"' + "x".repeat(20_000) + '"');
      assertThat(Workbench.code(queues.ack(Workbench.held(leased), large, node.context())))
          .isEqualTo("body-too-large");
      byte[] verdict = SagaTest.json("{\"approved\":true}");
      Workbench.got(queues.ack(Workbench.held(leased), verdict, node.context()));
      SagaView over = SagaTest.seen(node.node().sagas().await(saga, node.context()));
      assertThat(over.status()).isEqualTo(Status.COMPLETED);
    }
  }

  @Test
  void aReactionSendsOnceHoweverOftenAnEventIsDelivered() {
    try (RunningNode node = open()) {
      Workbench work = Workbench.of(node);
      for (int i = 0; i < 5; i++) {
        node.run("w" + i, new Wallet.Deposit(1), null);
      }
      node.until(30, () -> work.counts().equals("5 0 0 0"));
      node.node().subscriptions().rewind("watch", new To.Beginning(), "again", node.context());
      node.run("w9", new Wallet.Deposit(1), null);
      node.until(30, () -> work.counts().equals("6 0 0 0"));
      assertThat(work.lease(100)).hasSize(6);
    }
  }

  @Test
  void aFullQueueHoldsTheSagaUpAndFailsNothing() {
    Queue one = WORK.withMessages(1);
    try (RunningNode node =
        RunningNode.open(
            NodeOptions.of(directory),
            new Workbench.Shop(List.of(one), List.of(new Loan()), List.of()))) {
      Workbench work = Workbench.of(node);
      work.send("in the way");
      EntityAddress saga = start(node, "l3");
      Leased first = work.lease(1).getFirst();
      node.until(
          30,
          () -> SagaTest.seen(node.node().sagas().get(saga, node.context())).steps().size() == 1);
      work.ack(first);
      assertThat(lease(work).message().body()).contains("ann");
    }
  }
}
