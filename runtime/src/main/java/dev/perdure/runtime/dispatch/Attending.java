package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.queue.MessageCommand;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.queue.ReplyTo;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.SagaModel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at messages whose time has come, a few at a time: ends leases that are over, and delivers
 * results to sagas. What cannot be done now is told of again by the index of wakes. Thread-safe.
 */
final class Attending {

  private static final Logger LOG = LoggerFactory.getLogger(Attending.class);
  private static final int WAITING_MAX = 100_000;
  private static final int AT_ONCE = 16;
  private static final int LATER_MAX = 256;
  private static final long LATER_NS = 2_000_000_000L;

  /** How far the shard's time and this node's clock are taken to differ. */
  private static final long SLACK_MICROS = 1_000_000;

  private final QueueParts parts;
  private final Dispatcher dispatcher;
  private final SequencedSet<EntityAddress> waiting = new LinkedHashSet<>();
  private final AtomicInteger later = new AtomicInteger();
  private int running;
  private boolean closed;

  Attending(QueueParts parts, Dispatcher dispatcher) {
    this.parts = parts;
    this.dispatcher = dispatcher;
  }

  synchronized void add(EntityAddress entity) {
    if (closed || waiting.size() >= WAITING_MAX || !waiting.add(entity)) {
      return;
    }
    if (running < AT_ONCE) {
      running++;
      Thread.ofVirtual().name("queue-attends").start(this::run);
    }
  }

  private synchronized @Nullable EntityAddress next() {
    if (closed || waiting.isEmpty()) {
      running--;
      return null;
    }
    return waiting.removeFirst();
  }

  private void run() {
    for (EntityAddress one = next(); one != null; one = next()) {
      attend(one);
    }
  }

  /** Looks at one and does what is to be done now. */
  void attend(EntityAddress entity) {
    try {
      look(entity);
    } catch (RuntimeException e) {
      LOG.warn("message {} could not be looked at", entity, e);
    }
  }

  private void look(EntityAddress entity) {
    Shard shard = parts.shards().apply(entity);
    if (shard == null || !shard.leads()) {
      dispatcher.forget(entity);
      return;
    }
    if (!shard.parts().state().slots().owns(entity.slot())) {
      later(entity); // it moves, and the map does not say so yet
      return;
    }
    switch (parts.entities().read(entity, parts.context(), true)) {
      case Outcome.Done done -> {
        MessageState state = (MessageState) parts.types().messages().decodeState(done.body());
        dispatcher.seen(
            new Dispatcher.Sight(entity, shard.number(), done.version(), state), parts.nowMicros());
        act(entity, state);
      }
      case Outcome.Rejected no -> throw new IllegalStateException(no.detail());
      case Outcome.Failed failed -> {
        if (failed.code() == ProblemCode.NOT_FOUND) {
          dispatcher.forget(entity);
        }
      }
    }
  }

  private void act(EntityAddress entity, MessageState state) {
    Queue queue = parts.types().queue(QueueMessages.queueOf(entity));
    if (queue == null) {
      return;
    }
    if (state.phase() == MessageState.Phase.REPLYING) {
      reply(entity, state);
    } else if (state.phase() == MessageState.Phase.LEASED
        && state.until() <= parts.nowMicros() + SLACK_MICROS) {
      tell(entity, new MessageCommand.Expire(state.token(), queue.retry().attempts()));
    }
  }

  private void tell(EntityAddress entity, MessageCommand command) {
    Outcome outcome =
        parts
            .entities()
            .execute(
                new EntityCommand(
                    entity,
                    parts.types().messages().body(command),
                    null,
                    Precondition.NONE,
                    parts.context()));
    if (outcome instanceof Outcome.Failed) {
      later(entity);
    }
  }

  private void reply(EntityAddress entity, MessageState state) {
    ReplyTo to = Objects.requireNonNull(state.replyTo());
    String result = Objects.requireNonNull(state.result());
    SagaModel model = parts.types().saga(to.saga());
    if (model == null) {
      later(entity);
      return;
    }
    CallContext context = new CallContext(QueueParts.PLATFORM, "", parts.context().deadlineNs());
    SagaAnswer answer =
        parts
            .core()
            .sagas()
            .signal(
                new EntityAddress(entity.tenant(), model.name(), to.id()),
                new Sagas.Signal(to.signal(), result.getBytes(StandardCharsets.UTF_8)),
                "queue:" + entity.id(),
                context);
    switch (answer) {
      case SagaAnswer.Seen ignored -> tell(entity, new MessageCommand.Replied(null));
      case SagaAnswer.Refused no when no.code().equals("saga-ended") ->
          tell(entity, new MessageCommand.Replied(no.code() + ": " + no.detail()));
      case SagaAnswer.Failed failed when failed.problem().code() == ProblemCode.NOT_FOUND ->
          tell(entity, new MessageCommand.Replied("not-found: " + failed.problem().detail()));
      case SagaAnswer.Refused ignored -> later(entity);
      case SagaAnswer.Failed ignored -> later(entity);
    }
  }

  private void later(EntityAddress entity) {
    if (later.incrementAndGet() > LATER_MAX) {
      later.decrementAndGet();
      return;
    }
    Thread.startVirtualThread(
        () -> {
          LockSupport.parkNanos(LATER_NS);
          later.decrementAndGet();
          add(entity);
        });
  }

  synchronized void close() {
    closed = true;
    waiting.clear();
  }
}
