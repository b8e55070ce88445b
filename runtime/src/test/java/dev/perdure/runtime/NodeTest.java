package dev.perdure.runtime;

import static dev.perdure.runtime.RunningNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Wallet.Ask;
import dev.perdure.runtime.Wallet.Deposit;
import dev.perdure.runtime.Wallet.Misbehave;
import dev.perdure.runtime.Wallet.Withdraw;
import dev.perdure.runtime.node.Digests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node with its real journal and store. */
class NodeTest {

  @TempDir Path directory;

  @Test
  void answersRepeatsFromTheRecordAlsoAfterARestart() {
    try (RunningNode node = RunningNode.open(directory)) {
      assertThat(text(node.run("a", new Deposit(100), "k1"))).isEqualTo("{\"balance\":100}@1");
      assertThat(text(node.run("a", new Deposit(100), "k1")))
          .isEqualTo("{\"balance\":100}@1 replayed");
      assertThat(text(node.run("a", new Withdraw(500), "k2"))).isEqualTo("insufficient-funds@1");
      assertThat(text(node.run("a", new Deposit(900), "k3"))).isEqualTo("{\"balance\":1000}@2");
      assertThat(text(node.run("a", new Deposit(7), "k1"))).isEqualTo("operation-id-reused");
      assertThat(text(node.run("b", new Deposit(7), "k1"))).isEqualTo("{\"balance\":7}@1");
    }
    try (RunningNode node = RunningNode.open(directory)) {
      assertThat(text(node.run("a", new Deposit(100), "k1")))
          .isEqualTo("{\"balance\":100}@1 replayed");
      assertThat(text(node.run("a", new Withdraw(500), "k2")))
          .isEqualTo("insufficient-funds@1 replayed");
      assertThat(text(node.read("a"))).isEqualTo("{\"balance\":1000}@2");
      assertThat(text(node.read("none"))).isEqualTo("not-found");
    }
  }

  @Test
  void checksThePreconditionBeforeItDecides() {
    try (RunningNode node = RunningNode.open(directory)) {
      Entities entities = node.node().entities();
      Deposit ten = new Deposit(10);
      assertThat(text(entities.execute(node.command("a", ten, null, new Precondition.NoEvents()))))
          .isEqualTo("{\"balance\":10}@1");
      assertThat(text(entities.execute(node.command("a", ten, null, new Precondition.NoEvents()))))
          .isEqualTo("version-mismatch");
      assertThat(text(entities.execute(node.command("a", ten, null, new Precondition.Version(1)))))
          .isEqualTo("{\"balance\":20}@2");
      assertThat(text(entities.execute(node.command("a", ten, null, new Precondition.Version(1)))))
          .isEqualTo("version-mismatch");
    }
  }

  @Test
  void recordsWhatHappenedToAnOperation() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.run("a", new Deposit(5), "k");
      assertThat(node.node().entities().operation(RunningNode.address("a"), "k", node.context()))
          .isInstanceOfSatisfying(
              OperationStatus.Recorded.class,
              recorded ->
                  assertThat(text(recorded.answer())).isEqualTo("{\"balance\":5}@1 replayed"));
      assertThat(
              node.node().entities().operation(RunningNode.address("a"), "other", node.context()))
          .isInstanceOf(OperationStatus.Unknown.class);
    }
  }

  @Test
  void listsEventsWithTheirEnvelope() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.run("a", new Deposit(5), "k1");
      node.run("a", new Ask(), "k2");
      node.run("a", new Withdraw(2), "k3");
      History history = node.node().entities().history(RunningNode.address("a"), 1, 10);
      assertThat(history)
          .isInstanceOfSatisfying(
              History.Page.class,
              page -> {
                assertThat(page.events()).hasSize(1);
                History.Event event = page.events().getFirst();
                assertThat(event.type()).isEqualTo("withdrawn");
                assertThat(event.version()).isEqualTo(2);
                assertThat(event.offset()).isEqualTo(2);
                assertThat(event.operationId()).isEqualTo("k3");
                assertThat(event.principal()).isEqualTo("tester");
              });
    }
  }

  @Test
  void codeThatThrowsOverflowsOrReturnsRubbishFailsItsOwnCommandOnly() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.run("a", new Deposit(5), null);
      assertThat(text(node.run("a", new Misbehave("throw"), "x"))).isEqualTo("decide-failed");
      assertThat(text(node.run("a", new Misbehave("overflow"), "x"))).isEqualTo("decide-failed");
      assertThat(text(node.run("a", new Misbehave("poison"), "x"))).isEqualTo("evolve-failed");
      assertThat(text(node.run("a", new Misbehave("big"), "x"))).isEqualTo("reply-too-large");
      assertThat(text(node.run("a", new Deposit(5), "x"))).isEqualTo("{\"balance\":10}@2");
    }
  }

  @Test
  void codeThatNeverEndsLosesTheShardAndIsSwitchedOff() {
    Limits limits = Limits.defaults().withDecideTimeMax(Duration.ofMillis(200));
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      assertThat(text(node.run("a", new Misbehave("loop"), null))).isEqualTo("decide-timeout");
      assertThat(text(node.run("a", new Deposit(5), null))).isEqualTo("{\"balance\":5}@1");
      assertThat(text(node.run("a", new Misbehave("loop"), null))).isEqualTo("decide-timeout");
      assertThat(text(node.run("a", new Misbehave("loop"), null))).isEqualTo("command-disabled");
      assertThat(text(node.run("a", new Deposit(5), null))).isEqualTo("{\"balance\":10}@2");
    }
  }

  @Test
  void dropsExpiredWorkWithoutExecutingIt() {
    try (RunningNode node = RunningNode.open(directory)) {
      EntityCommand ready = node.command("a", new Deposit(5), "k", Precondition.NONE);
      CallContext late = new CallContext("t", "", node.node().clock().monotonicNs() - 1);
      Outcome outcome =
          node.node()
              .entities()
              .execute(
                  new EntityCommand(ready.address(), ready.body(), "k", Precondition.NONE, late));
      assertThat(text(outcome)).isEqualTo("deadline-exceeded");
      assertThat(text(node.read("a"))).isEqualTo("not-found");
    }
  }

  @Test
  void refusesKeyedCommandsOfATenantWhoseRepliesReachedTheirLimit() {
    Limits limits = Limits.defaults().withReplyBytesPerTenantMax(100);
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(text(node.run("a", new Deposit(5), "key-" + i)));
      }
      assertThat(answers).contains("operation-quota");
      assertThat(text(node.run("a", new Deposit(5), "key-0"))).endsWith("replayed");
      assertThat(text(node.run("a", new Deposit(5), null))).startsWith("{");
    }
  }

  @Test
  void refusesWritesButServesReadsWhileTheDiskIsNearlyFull() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.run("a", new Deposit(5), "k");
    }
    Limits limits = Limits.defaults().withDiskFreeBytesMin(Long.MAX_VALUE / 2);
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      assertThat(node.node().health().writes()).isFalse();
      assertThat(text(node.run("a", new Deposit(5), null))).isEqualTo("read-only");
      assertThat(text(node.read("a"))).isEqualTo("{\"balance\":5}@1");
    }
  }

  @Test
  void servedStateAndGenesisAgreeOverCheckpointsAndSnapshots() {
    Limits limits = Limits.defaults().withCheckpointEvery(4).withSnapshotBytes(20_000);
    Digests.Digest before;
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      for (int i = 0; i < 500; i++) {
        node.run("acct-" + i % 13, new Deposit(1 + i), "op-" + i);
      }
      node.writeUntilSnapshots(2);
      before = node.node().digests().served();
      assertThat(node.node().digests().genesis().state()).isEqualTo(before.state());
      assertThat(before.entities()).isEqualTo(14);
      assertThat(before.events()).isGreaterThan(500);
    }
    try (RunningNode node = RunningNode.open(directory)) {
      Digests.Digest after = node.node().digests().served();
      assertThat(after.state()).isEqualTo(before.state());
      assertThat(after.facts()).isEqualTo(before.facts());
      assertThat(text(node.run("acct-0", new Deposit(1), "op-0"))).endsWith("replayed");
    }
  }

  @Test
  void severalShardsShareTheKeySpaceAndRemember() {
    NodeOptions three = NodeOptions.of(directory).withShards(3);
    try (RunningNode node = RunningNode.open(three, new Wallet.Bundle())) {
      for (int i = 0; i < 60; i++) {
        node.run("acct-" + i, new Deposit(1 + i), "op");
      }
      assertThat(node.node().figures()).allMatch(one -> one.commandsAccepted() > 5);
    }
    try (RunningNode node = RunningNode.open(directory)) {
      assertThat(node.node().figures()).hasSize(3);
      for (int i = 0; i < 60; i++) {
        assertThat(text(node.run("acct-" + i, new Deposit(1 + i), "op"))).endsWith("replayed");
      }
    }
  }

  @Test
  void forgetsRepliesAfterTheirRetention() {
    Limits limits = Limits.defaults().withReplyRetention(Duration.ofMillis(200));
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      node.run("a", new Withdraw(5), "k");
      node.until(() -> !text(node.run("a", new Withdraw(5), "k")).endsWith("replayed"));
      node.until(
          () -> {
            node.run("b", new Deposit(1), null);
            return node.node().figures().getFirst().replyBytes() == 0;
          });
    }
  }

  @Test
  void takesKeyedCommandsAgainWhenTheRepliesThatFilledTheQuotaHaveExpired() {
    Limits limits =
        Limits.defaults()
            .withReplyBytesPerTenantMax(300)
            .withReplyRetention(Duration.ofMillis(200));
    try (RunningNode node =
        RunningNode.open(NodeOptions.of(directory).withLimits(limits), new Wallet.Bundle())) {
      int[] count = {0};
      node.until(
          () -> text(node.run("a", new Deposit(1), "op-" + count[0]++)).equals("operation-quota"));
      node.until(() -> text(node.run("a", new Deposit(1), "later")).startsWith("{"));
    }
  }

  @Test
  void readsWhatWasAnsweredBefore() throws Exception {
    try (RunningNode node = RunningNode.open(directory);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> behind = new ArrayList<>();
      for (int caller = 0; caller < 64; caller++) {
        String id = "acct-" + caller;
        behind.add(callers.submit(() -> readsBehindOwnWrites(node, id)));
      }
      for (Future<Integer> one : behind) {
        assertThat(one.get()).isZero();
      }
    }
  }

  private static int readsBehindOwnWrites(RunningNode node, String id) {
    int behind = 0;
    for (int i = 1; i <= 100; i++) {
      node.run(id, new Deposit(1), null);
      behind += text(node.read(id)).endsWith("@" + i) ? 0 : 1;
    }
    return behind;
  }

  @Test
  void refusesADirectoryThatAnotherNodeHolds() {
    try (RunningNode node = RunningNode.open(directory)) {
      assertThat(node.node().health().writes()).isTrue();
      assertThatThrownBy(() -> RunningNode.open(directory))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("data directory");
    }
  }

  @Test
  void refusesADirectoryThatIsMissingForeignOrOfAnotherFormat() throws Exception {
    assertThatThrownBy(() -> RunningNode.open(directory.resolve("none")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("does not exist");
    java.nio.file.Files.writeString(directory.resolve("letter.txt"), "hello");
    assertThatThrownBy(() -> RunningNode.open(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("not empty");
    java.nio.file.Files.writeString(directory.resolve("node.properties"), "format=99\n");
    assertThatThrownBy(() -> RunningNode.open(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("format '99'");
  }

  @Test
  void refusesAClockFarBehindTheLastStamp() {
    try (RunningNode node = RunningNode.open(directory)) {
      node.run("a", new Deposit(1), null);
    }
    NodeOptions options = NodeOptions.of(directory);
    NodeOptions behind = options.withClock(new ShiftedClock(options.clock(), -3600));
    try (RunningNode node = RunningNode.unready(behind, new Wallet.Bundle())) {
      node.until(() -> node.shard().state() == NodeHealth.State.FAILED);
      assertThat(node.shard().reason()).contains("--accept-clock");
      assertThat(text(node.run("a", new Deposit(1), null))).isEqualTo("no-leader");
    }
    try (RunningNode node = RunningNode.open(behind.withAcceptClock(true), new Wallet.Bundle())) {
      assertThat(text(node.run("a", new Deposit(1), null))).isEqualTo("{\"balance\":2}@2");
    }
  }

  private record ShiftedClock(dev.perdure.kernel.Clock real, long seconds)
      implements dev.perdure.kernel.Clock {
    @Override
    public long wallMicros() {
      return real.wallMicros() + seconds * 1_000_000;
    }

    @Override
    public long monotonicNs() {
      return real.monotonicNs();
    }
  }
}
