package dev.perdure.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Service;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A node on a directory, and short words for what tests ask of it. */
final class RunningNode implements AutoCloseable {

  private static final long DEADLINE_NS = 60_000_000_000L;

  private final Node node;

  private RunningNode(Node node) {
    this.node = node;
  }

  static RunningNode open(Path directory) {
    return open(NodeOptions.of(directory), new Wallet.Bundle());
  }

  static RunningNode open(NodeOptions options, Service service) {
    RunningNode opened = unready(options, service);
    opened.until(() -> opened.node.health().reads());
    return opened;
  }

  static RunningNode unready(NodeOptions options, Service service) {
    return new RunningNode(Node.open(options, List.of(service)));
  }

  NodeHealth.Shard shard() {
    return node.health().shards().getFirst();
  }

  Node node() {
    return node;
  }

  /** Waits for a condition, at most a minute. */
  void until(BooleanSupplier condition) {
    until(DEADLINE_NS / 1_000_000_000, condition);
  }

  /** Waits for a condition, at most so many seconds. */
  void until(long seconds, BooleanSupplier condition) {
    long deadline = node.clock().monotonicNs() + seconds * 1_000_000_000;
    while (!condition.getAsBoolean()) {
      assertThat(node.clock().monotonicNs())
          .as("condition within %d seconds", seconds)
          .isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /**
   * Writes until so many snapshots were taken: only an entry begins one, and none while another is
   * being taken, so on a slow disk the entries of a test can all be over before the second.
   */
  void writeUntilSnapshots(int count) {
    until(
        () -> {
          run("filler", new Wallet.Deposit(1), null);
          return node.figures().getFirst().snapshotsTaken() >= count;
        });
  }

  Outcome run(String id, Wallet.Command command, @Nullable String key) {
    return node.entities().execute(command(id, command, key, Precondition.NONE));
  }

  EntityCommand command(
      String id, Wallet.Command command, @Nullable String key, Precondition precondition) {
    return new EntityCommand(
        address(id),
        java.util.Objects.requireNonNull(node.types().find("wallet")).body(command),
        key,
        precondition,
        context());
  }

  CallContext context() {
    return new CallContext("tester", "", node.clock().monotonicNs() + DEADLINE_NS);
  }

  static EntityAddress address(String id) {
    return new EntityAddress("default", "wallet", id);
  }

  Outcome read(String id) {
    return node.entities().read(address(id), context(), false);
  }

  static String text(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done ->
          new String(done.body(), StandardCharsets.UTF_8)
              + "@"
              + done.version()
              + (done.replayed() ? " replayed" : "");
      case Outcome.Rejected no ->
          no.code() + "@" + no.version() + (no.replayed() ? " replayed" : "");
      case Outcome.Failed failed -> failed.code().code();
    };
  }

  @Override
  public void close() {
    node.close();
  }
}
