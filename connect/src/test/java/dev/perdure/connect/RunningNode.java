package dev.perdure.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Subscription;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.type.EntityModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A real node with purses on a directory. */
public final class RunningNode implements AutoCloseable {

  private static final long CALL_NS = 30_000_000_000L;

  private final Node node;
  private final EntityModel purse;

  public RunningNode(Path directory, Subscription<?>... subscriptions) {
    this(NodeOptions.of(directory), subscriptions);
  }

  public RunningNode(NodeOptions options, Subscription<?>... subscriptions) {
    node = Node.open(options, List.of(new Purse.Purses(List.of(subscriptions))));
    purse = Objects.requireNonNull(node.types().find("purse"));
    Wait.until("the node is ready", () -> node.health().reads());
  }

  private CallContext context() {
    return new CallContext("test", "", node.clock().monotonicNs() + CALL_NS);
  }

  public void run(String id, Purse.Command command) {
    Outcome outcome =
        node.entities()
            .execute(
                new EntityCommand(
                    new EntityAddress("default", "purse", id),
                    purse.body(command),
                    null,
                    EntityCommand.Precondition.NONE,
                    context()));
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
  }

  public void put(int from, int to, int purses) {
    for (int i = from; i < to; i++) {
      run("p" + i % purses, new Purse.Command.Put(i));
    }
  }

  public void rewind(String subscription) {
    node.subscriptions()
        .rewind(subscription, new Subscriptions.To.Beginning(), "to see", context());
  }

  public List<DeadLetter> dead(String subscription) {
    return ((Subscriptions.Answer.Seen) node.subscriptions().get(subscription, context()))
        .subscription().shards().stream()
            .filter(one -> one.state() != null)
            .flatMap(one -> one.state().dead().stream())
            .toList();
  }

  /** Why its last attempt failed, in any shard; empty if none did. */
  public String error(String subscription) {
    return node.consumers().figures().stream()
        .filter(one -> one.of().subscription().equals(subscription))
        .map(SubscriptionFigures::error)
        .filter(error -> !error.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Of what a subscription calls: closed, open or half open. */
  public String breaker(String dependency) {
    return node.modes().outside().views().stream()
        .filter(one -> one.name().equals(dependency))
        .map(Outside.View::standing)
        .findFirst()
        .orElse("");
  }

  public boolean caughtUp() {
    return node.consumers().figures().stream().allMatch(one -> one.lag() == 0);
  }

  @Override
  public void close() {
    node.close();
  }
}
