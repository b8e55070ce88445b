package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Queues.Leased;
import dev.perdure.runtime.Queues.Wanted;
import dev.perdure.runtime.queue.MessageCommand;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.shard.PlantedBug;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases messages of the shards that this node leads. Thread-safe. */
final class Leasing {

  /** So that one shard without a leader does not cost the leases of all others. */
  static final long LEASE_NS = 1_500_000_000L;

  /** What was leased is read within this time. */
  static final long READ_NS = 500_000_000L;

  private final QueueParts parts;
  private final Dispatcher dispatcher;

  Leasing(QueueParts parts, Dispatcher dispatcher) {
    this.parts = parts;
    this.dispatcher = dispatcher;
  }

  /**
   * What came of it.
   *
   * @param againNs when to come again because as much is leased as may be; 0 if that is not so
   * @param problem why nothing could be leased; null if that is not so
   */
  record Result(List<Leased> leased, long againNs, Outcome.@Nullable Failed problem) {

    static Result failed(Outcome.Failed problem) {
      return new Result(List.of(), 0, problem);
    }
  }

  private record Under(Held held, String token, Entities.Waiting way) {}

  /** Leases what is ready now. */
  Result lease(Wanted wanted, CallContext context) {
    Queue queue = parts.types().queue(wanted.queue());
    if (queue == null) {
      return new Result(List.of(), 0, null);
    }
    Duration usual = queue.lease().usual();
    Duration asked = wanted.time();
    long micros = (asked == null ? usual : asked).toNanos() / 1000;
    String by = wanted.worker().isEmpty() ? context.principal() : wanted.worker();
    long nowNs = parts.nowNs();
    CallContext leasing = context.until(Math.min(context.deadlineNs(), nowNs + LEASE_NS));
    CallContext reading = context.until(nowNs + LEASE_NS + READ_NS);
    Dispatcher.Taken taken = dispatcher.take(wanted);
    Deque<Held> open = new ArrayDeque<>(taken.messages());
    try {
      List<Under> all = new ArrayList<>(open.size());
      for (Held one : taken.messages()) {
        String token = parts.core().entropy().uuid().toString();
        MessageCommand.Lease lease = new MessageCommand.Lease(token, micros, by);
        all.add(new Under(one, token, submit(one, lease, leasing)));
      }
      List<Leased> leased = new ArrayList<>(all.size());
      Outcome.Failed problem = null;
      for (Under one : all) {
        Outcome outcome = one.way.await();
        open.remove();
        gone(one.held, outcome);
        boolean given =
            outcome instanceof Outcome.Done || parts.has(PlantedBug.LEASE_GIVEN_UNRECORDED);
        Leased seen = given ? read(one, queue, reading) : null;
        if (seen != null) {
          leased.add(seen);
        } else if (outcome instanceof Outcome.Failed failed) {
          problem = failed;
        }
      }
      return new Result(leased, taken.againNs(), leased.isEmpty() ? problem : null);
    } finally {
      open.forEach(dispatcher::giveBack);
    }
  }

  private void gone(Held one, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done ignored -> dispatcher.leased(one);
      case Outcome.Rejected ignored -> dispatcher.notReady(one);
      case Outcome.Failed ignored -> dispatcher.giveBack(one);
    }
  }

  private Entities.Waiting submit(Held held, MessageCommand.Lease lease, CallContext context) {
    return parts
        .entities()
        .submit(
            new EntityCommand(
                held.address,
                parts.types().messages().body(lease),
                null,
                Precondition.NONE,
                context));
  }

  /** The leased message; null if it cannot be read: then the lease is over by itself. */
  private @Nullable Leased read(Under one, Queue queue, CallContext context) {
    MessageState state = state(one, context, true);
    if (state == null || !state.token().equals(one.token)) {
      state = state(one, context, false); // it has moved to another shard meanwhile
    }
    boolean its = state != null && state.token().equals(one.token);
    if (state == null || !(its || parts.has(PlantedBug.LEASE_GIVEN_UNRECORDED))) {
      return null;
    }
    return new Leased(
        QueueDoor.message(QueueDoor.id(one.held.address), state),
        one.token,
        state.attempts(),
        queue.retry().attempts(),
        state.until());
  }

  private @Nullable MessageState state(Under one, CallContext context, boolean stale) {
    return parts.entities().read(one.held.address, context, stale) instanceof Outcome.Done done
        ? (MessageState) parts.types().messages().decodeState(done.body())
        : null;
  }
}
