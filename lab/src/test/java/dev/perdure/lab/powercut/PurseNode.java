package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node of purses, and the work that is done on it: deposit n goes to purse n % 10. */
final class PurseNode implements AutoCloseable {

  static final int PURSES = 10;
  private static final long DEADLINE_NS = 60_000_000_000L;

  private final Node node;

  private PurseNode(Node node) {
    this.node = node;
  }

  /** Opens a node that snapshots every few commands, and waits until it takes commands. */
  static PurseNode open(Path directory) {
    Limits limits =
        Limits.defaults()
            .withSnapshotBytes(12_000)
            .withCheckpointEvery(8)
            .withDecideTimeMax(Duration.ofSeconds(20));
    NodeOptions options = NodeOptions.of(directory).withShards(1).withLimits(limits);
    PurseNode opened = new PurseNode(Node.open(options, List.of(new Purse.Bundle())));
    try {
      opened.until(opened::takesCommands);
      return opened;
    } catch (RuntimeException | AssertionError e) {
      opened.close();
      throw e;
    }
  }

  private boolean takesCommands() {
    NodeHealth health = node.health();
    for (NodeHealth.Shard shard : health.shards()) {
      if (shard.state() == NodeHealth.State.FAILED) {
        throw new AssertionError("shard " + shard.shard() + " failed: " + shard.reason());
      }
    }
    return health.writes();
  }

  Node node() {
    return node;
  }

  /** Waits for a condition, at most thirty seconds. */
  void until(BooleanSupplier condition) {
    long deadline = node.clock().monotonicNs() + DEADLINE_NS;
    while (!condition.getAsBoolean()) {
      if (node.clock().monotonicNs() > deadline) {
        throw new AssertionError("not within a minute; the node says " + node.health());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static EntityAddress purse(int number) {
    return new EntityAddress("default", "purse", "purse-" + number);
  }

  static String operation(int n) {
    return "op-" + n;
  }

  static long amount(int n) {
    return n + 1L;
  }

  /** The same every time it is called with the same number. */
  Entities.Waiting deposit(int n) {
    return node.entities()
        .submit(
            new EntityCommand(
                purse(n % PURSES),
                Objects.requireNonNull(node.types().find("purse"))
                    .body(new Purse.Deposit(amount(n))),
                operation(n),
                EntityCommand.Precondition.NONE,
                context()));
  }

  CallContext context() {
    return new CallContext("tester", "", node.clock().monotonicNs() + DEADLINE_NS);
  }

  /** The reply without whether it is a repeated one. */
  static String reply(Outcome outcome) {
    return outcome instanceof Outcome.Done done
        ? new String(done.body(), UTF_8) + "@" + done.version()
        : outcome.toString();
  }

  @Override
  public void close() {
    node.close();
  }
}
