package dev.perdure.testkit.cluster;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request at a machine: taken by its own replica, or sent one hop to who leads. If that hop is
 * lost, nobody knows what became of it.
 */
final class Routed<T> implements Asked<T> {

  private static final long MS = 1_000_000;
  private static final long LOOK_NS = 2 * MS;

  private final Machine machine;
  private final ClusterWorld world;
  private final CallContext context;
  private final Asks<T> asks;
  private final Function<Outcome.Failed, T> failed;

  /** How a machine's replica is asked; null if that machine cannot be. */
  interface Asks<T> {
    @Nullable Asked<T> of(Held held, CallContext context);
  }

  /**
   * A request.
   *
   * @param failed makes an answer of why there is none
   */
  record Request<T>(
      EntityAddress address,
      CallContext context,
      Asks<T> asks,
      Function<Outcome.Failed, T> failed) {}

  private @Nullable Asked<T> here;
  private @Nullable T answer;

  Routed(Machine machine, Request<T> request) {
    EntityAddress address = request.address;
    this.machine = machine;
    this.world = machine.world();
    this.context = request.context;
    this.asks = request.asks;
    this.failed = request.failed;
    int shard = machine.steward().view().shardOf(address);
    Held local = shard < 0 ? null : machine.held(shard);
    if (local != null && local.shard().otherLeader() == null) {
      here = asks.of(local, context);
      local.wake();
      return;
    }
    String leader = local == null ? null : local.shard().otherLeader();
    leader = leader == null && shard >= 0 ? machine.steward().view().leader(shard) : leader;
    if (leader == null || leader.equals(machine.name())) {
      answer = refuse(ProblemCode.NO_LEADER, "no leader of shard " + shard + " is known");
      return;
    }
    forward(world.named(leader), shard);
  }

  private T refuse(ProblemCode code, String detail) {
    return failed.apply(Outcome.Failed.retry(code, detail, 100));
  }

  private void forward(Machine to, int shard) {
    world.hit(ClusterProbe.FORWARDED);
    long leftNs = context.deadlineNs() - machine.clock().monotonicNs();
    boolean[] taken = {false}; // one connection delivers once
    world
        .network()
        .send(
            machine,
            to,
            () -> {
              if (!taken[0]) {
                taken[0] = true;
                take(to, shard, leftNs);
              }
            });
  }

  private void take(Machine to, int shard, long leftNs) {
    Held held = to.held(shard);
    CallContext there = new CallContext(context.principal(), "", to.clock().monotonicNs() + leftNs);
    Asked<T> asked = held == null ? null : asks.of(held, there);
    if (held == null || asked == null) {
      reply(to, refuse(ProblemCode.NO_LEADER, to.name() + " does not take it"));
      return;
    }
    held.wake();
    look(to, asked);
  }

  private void look(Machine to, Asked<T> asked) {
    T found = asked.poll();
    if (found != null) {
      reply(to, found);
    } else if (answer == null) {
      to.later(LOOK_NS, () -> look(to, asked));
    }
  }

  private void reply(Machine from, T found) {
    world
        .network()
        .send(
            from,
            machine,
            () -> {
              if (answer == null) {
                answer = found;
              }
            });
  }

  @Override
  public @Nullable T poll() {
    Asked<T> local = here;
    if (local != null && answer == null && !machine.frozen()) {
      return local.poll();
    }
    if (answer == null && machine.clock().monotonicNs() - context.deadlineNs() >= 0) {
      world.hit(ClusterProbe.FORWARDING_LOST);
      answer = refuse(ProblemCode.OUTCOME_UNKNOWN, "the machine that was asked does not answer");
    }
    return answer;
  }
}
