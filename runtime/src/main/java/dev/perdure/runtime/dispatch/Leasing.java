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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases messages of the shards that this node leads. Thread-safe. */
final class Leasing {

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
    Dispatcher.Taken taken = dispatcher.take(wanted);
    List<Under> all = new ArrayList<>(taken.messages().size());
    for (Held one : taken.messages()) {
      String token = parts.core().entropy().uuid().toString();
      all.add(
          new Under(one, token, submit(one, new MessageCommand.Lease(token, micros, by), context)));
    }
    List<Leased> leased = new ArrayList<>(all.size());
    Outcome.Failed problem = null;
    for (Under one : all) {
      Outcome outcome = outcome(one);
      if (outcome instanceof Outcome.Done) {
        Leased seen = read(one, queue, context);
        if (seen != null) {
          leased.add(seen);
        }
      } else if (outcome instanceof Outcome.Failed failed) {
        problem = failed;
      }
    }
    return new Result(leased, taken.againNs(), leased.isEmpty() ? problem : null);
  }

  /** Waits for it, and gives the message back to the dispatcher whatever it is. */
  private Outcome outcome(Under one) {
    Outcome outcome = null;
    try {
      outcome = one.way.await();
      return outcome;
    } finally {
      if (outcome instanceof Outcome.Rejected) {
        dispatcher.notReady(one.held);
      } else {
        dispatcher.giveBack(one.held);
      }
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
    if (state == null || !state.token().equals(one.token)) {
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
