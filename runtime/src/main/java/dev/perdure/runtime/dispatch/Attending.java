package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.queue.MessageCommand;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.queue.ReplyTo;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.SagaEntity;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.SagaModel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** Results wait for the shards of sagas, and must keep nothing else waiting. */
  private final Line replies = new Line();

  private final Line others = new Line();
  private boolean closed;

  Attending(QueueParts parts, Dispatcher dispatcher) {
    this.parts = parts;
    this.dispatcher = dispatcher;
  }

  /** Some that wait, with the time that has surely come; under the lock of all. */
  private static final class Line {
    final SequencedMap<EntityAddress, Long> waiting = new LinkedHashMap<>();
    final AtomicInteger later = new AtomicInteger();
    int running;
  }

  void add(EntityAddress entity) {
    add(others, entity, 0);
  }

  /** It waits for a saga to take its result. */
  void reply(EntityAddress entity) {
    add(replies, entity, 0);
  }

  /**
   * By its shard's time it is due.
   *
   * @param dueMicros that has come
   */
  void due(EntityAddress entity, long dueMicros) {
    add(others, entity, dueMicros);
  }

  private synchronized void add(Line line, EntityAddress entity, long dueMicros) {
    if (closed || line.waiting.size() >= WAITING_MAX) {
      return;
    }
    line.waiting.merge(entity, dueMicros, Math::max);
    if (line.running < AT_ONCE) {
      line.running++;
      Thread.ofVirtual().name("queue-attends").start(() -> run(line));
    }
  }

  private synchronized Map.@Nullable Entry<EntityAddress, Long> next(Line line) {
    if (closed || line.waiting.isEmpty()) {
      line.running--;
      return null;
    }
    return line.waiting.pollFirstEntry();
  }

  private void run(Line line) {
    for (var one = next(line); one != null; one = next(line)) {
      attend(line, one.getKey(), one.getValue());
    }
  }

  /** Looks at one and does what is to be done now. */
  void attend(EntityAddress entity) {
    attend(others, entity, 0);
  }

  private void attend(Line line, EntityAddress entity, long dueMicros) {
    try {
      look(line, entity, dueMicros);
    } catch (RuntimeException e) {
      LOG.warn("message {} could not be looked at", entity, e);
      later(line, entity);
    }
  }

  private void look(Line line, EntityAddress entity, long dueMicros) {
    Shard shard = parts.shards().apply(entity);
    if (shard == null || !shard.leads()) {
      dispatcher.forget(entity);
      return;
    }
    if (!shard.parts().state().slots().owns(entity.slot())) {
      later(line, entity); // it moves, and the map does not say so yet
      return;
    }
    switch (parts.entities().read(entity, parts.context(), true)) {
      case Outcome.Done done -> {
        MessageState state = (MessageState) parts.types().messages().decodeState(done.body());
        dispatcher.seen(
            new Dispatcher.Sight(entity, shard.number(), done.version(), state),
            Math.max(parts.nowMicros(), dueMicros));
        if (state.phase() == MessageState.Phase.LEASED) {
          expire(entity, state, dueMicros);
        } else if (state.phase() == MessageState.Phase.REPLYING && line == replies) {
          reply(entity, state);
        } else if (state.phase() == MessageState.Phase.REPLYING) {
          reply(entity);
        }
      }
      case Outcome.Rejected no -> throw new IllegalStateException(no.detail());
      case Outcome.Failed failed -> {
        if (failed.code() == ProblemCode.NOT_FOUND) {
          dispatcher.forget(entity);
        } else {
          later(line, entity);
        }
      }
    }
  }

  private void expire(EntityAddress entity, MessageState state, long dueMicros) {
    Queue queue = parts.types().queue(QueueMessages.queueOf(entity));
    if (queue != null && isOver(state.until(), dueMicros, parts.nowMicros())) {
      tell(others, entity, new MessageCommand.Expire(state.token(), queue.retry().attempts()));
    }
  }

  /** True by the shard's time, which may be ahead of this node's clock, or nearly by this clock. */
  static boolean isOver(long until, long dueMicros, long nowMicros) {
    return until <= Math.max(dueMicros, nowMicros + SLACK_MICROS);
  }

  private void tell(Line line, EntityAddress entity, MessageCommand command) {
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
      later(line, entity);
    }
  }

  private void reply(EntityAddress entity, MessageState state) {
    ReplyTo to = Objects.requireNonNull(state.replyTo());
    String result = Objects.requireNonNull(state.result());
    SagaModel model = parts.types().saga(to.saga());
    if (model == null) {
      later(replies, entity);
      return;
    }
    if (parts.has(PlantedBug.REPLY_NOT_DELIVERED)) {
      tell(replies, entity, new MessageCommand.Replied(null));
      return;
    }
    CallContext context = parts.context();
    EntityAddress saga = new EntityAddress(entity.tenant(), model.name(), to.id());
    Sagas.Signal signal = new Sagas.Signal(to.signal(), result.getBytes(StandardCharsets.UTF_8));
    String first = "queue:" + entity.id();
    SagaAnswer answer = parts.core().sagas().signal(saga, signal, first, context);
    if (answer instanceof SagaAnswer.Refused no && isPassing(no)) {
      answer = parts.core().sagas().signal(saga, signal, next(saga, first, context), context);
    }
    switch (answer) {
      case SagaAnswer.Seen ignored -> tell(replies, entity, new MessageCommand.Replied(null));
      case SagaAnswer.Refused no when isPassing(no) -> later(replies, entity);
      case SagaAnswer.Refused no ->
          tell(replies, entity, new MessageCommand.Replied(no.code() + ": " + no.detail()));
      case SagaAnswer.Failed failed when failed.problem().code() == ProblemCode.NOT_FOUND ->
          tell(
              replies,
              entity,
              new MessageCommand.Replied("not-found: " + failed.problem().detail()));
      case SagaAnswer.Failed ignored -> later(replies, entity);
    }
  }

  private static boolean isPassing(SagaAnswer.Refused no) {
    return no.code().equals(SagaEntity.TOO_MANY_SIGNALS);
  }

  /**
   * The next id under which a saga is told. A refusal is recorded under its id and repeated for a
   * day, so one that may pass is followed by another id; nothing else is, so that it is told once.
   */
  private String next(EntityAddress saga, String first, CallContext context) {
    for (int refused = 1; ; refused++) {
      String id = first + ":" + refused;
      boolean refusedToo =
          parts.entities().operation(saga, id, context) instanceof OperationStatus.Recorded known
              && known.answer() instanceof Outcome.Rejected no
              && no.code().equals(SagaEntity.TOO_MANY_SIGNALS);
      if (!refusedToo) {
        return id;
      }
    }
  }

  private void later(Line line, EntityAddress entity) {
    if (line.later.incrementAndGet() > LATER_MAX) {
      line.later.decrementAndGet();
      return;
    }
    Thread.startVirtualThread(
        () -> {
          parts.core().clock().parkNanos(LATER_NS);
          line.later.decrementAndGet();
          add(line, entity, 0);
        });
  }

  synchronized void close() {
    closed = true;
    replies.waiting.clear();
    others.waiting.clear();
  }
}
