package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.api.QueueMessage;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.QueueFigures;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.queue.MessageCommand;
import dev.perdure.runtime.queue.MessageEntity;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The door to all queues, on any node. Messages are wherever their ids hash to; who leases is
 * served by the leaders of shards in turn, beginning with another one each time. Thread-safe.
 */
public final class QueueDoor implements Queues {

  private static final Logger LOG = LoggerFactory.getLogger(QueueDoor.class);
  private static final long MS = 1_000_000;

  /** How often who waits asks the other nodes. */
  private static final long ASK_NS = 300 * MS;

  /** How often who waits looks again where there is no other node. */
  private static final long ALONE_NS = 1_000 * MS;

  /** Another node has its time to lease, and this for the way. */
  private static final long WAY_NS = 500 * MS;

  private static final long ASK_MAX_NS = Leasing.LEASE_NS + Leasing.READ_NS + WAY_NS;
  private static final long ASK_LEAST_NS = 700 * MS;

  /** How long a node that did not answer is not asked. */
  private static final long SILENT_NS = 5_000 * MS;

  /** The kind of a question of one node to another; see {@code cluster.Messages}. */
  public static final int QUESTION = 50;

  private static final Leasing.Result NOTHING = new Leasing.Result(List.of(), 0, null);

  private final QueueParts parts;
  private final Dispatcher dispatcher;
  private final Leasing leasing;
  private final Map<String, Long> silent = new ConcurrentHashMap<>();
  private final AtomicInteger turns = new AtomicInteger();

  /** The door of a node. */
  public QueueDoor(QueueParts parts, Dispatcher dispatcher) {
    this.parts = parts;
    this.dispatcher = dispatcher;
    this.leasing = new Leasing(parts, dispatcher);
  }

  @Override
  public List<Queue> all() {
    return List.copyOf(parts.types().queues());
  }

  private static <T> Answer<T> failed(ProblemCode code, String detail) {
    return new Answer.Failed<>(Outcome.Failed.of(code, detail));
  }

  private <T> Answer<T> unknown(String queue) {
    String all = String.join(", ", parts.types().queues().stream().map(Queue::name).toList());
    return failed(
        ProblemCode.UNKNOWN_QUEUE,
        "there is no queue '" + queue + "'; there is " + (all.isEmpty() ? "none" : all));
  }

  // ---- sending ----

  @Override
  public Answer<Sent> send(To to, Sending message, CallContext context) {
    Queue queue = parts.types().queue(to.queue());
    if (queue == null) {
      return unknown(to.queue());
    }
    String body;
    try {
      body = Values.canonical(message.body());
    } catch (JacksonException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, "the message is not JSON");
    }
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > queue.capacity().bytes()) {
      return failed(ProblemCode.BODY_TOO_LARGE, QueueMessages.tooLarge(queue, bytes));
    }
    if (message.priority() < 0 || message.priority() > QueueMessage.PRIORITY_LEAST) {
      return failed(
          ProblemCode.INVALID_BODY,
          "priority is " + message.priority() + "; 0 (most urgent) to 7 are allowed");
    }
    Duration delay = message.delay();
    if (delay.isNegative() || delay.compareTo(QueueMessage.DELAY_MAX) > 0) {
      return failed(
          ProblemCode.INVALID_BODY, "the delay is " + delay + "; at most 365 days are allowed");
    }
    String key = message.key();
    String id = key == null ? parts.core().entropy().uuid().toString() : QueueMessages.idOf(key);
    Id sent = new Id(to.tenant(), to.queue(), id);
    Outcome outcome =
        execute(
            QueueMessages.of(sent.tenant(), sent.queue(), sent.id()),
            new MessageCommand.Send(body, message.priority(), delay.toNanos() / 1000, null),
            context);
    return outcome instanceof Outcome.Done done
        ? new Answer.Got<>(new Sent(sent, existing(done)))
        : new Answer.Failed<>(problem(outcome));
  }

  static Id id(EntityAddress address) {
    return new Id(address.tenant(), QueueMessages.queueOf(address), QueueMessages.idOf(address));
  }

  private static boolean existing(Outcome.Done done) {
    return new String(done.body(), StandardCharsets.UTF_8).contains("\"existing\":true");
  }

  private Outcome execute(EntityAddress entity, MessageCommand command, CallContext context) {
    return parts
        .entities()
        .execute(
            new EntityCommand(
                entity, parts.types().messages().body(command), null, Precondition.NONE, context));
  }

  private static Outcome.Failed problem(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed failed -> failed;
      case Outcome.Done ignored -> throw new IllegalStateException("done is no problem");
      case Outcome.Rejected no ->
          Outcome.Failed.of(
              switch (no.code()) {
                case MessageEntity.NO_MESSAGE -> ProblemCode.NOT_FOUND;
                case MessageEntity.EXISTS -> ProblemCode.OPERATION_ID_REUSED;
                case MessageEntity.LEASE_LOST -> ProblemCode.LEASE_LOST;
                case MessageEntity.RESULT_TOO_LARGE -> ProblemCode.BODY_TOO_LARGE;
                case MessageEntity.NOT_DEAD -> ProblemCode.MESSAGE_NOT_DEAD;
                default -> throw new IllegalStateException(no.code());
              },
              no.detail());
    };
  }

  // ---- leasing ----

  @Override
  public Answer<List<Leased>> lease(Wanted wanted, CallContext context) {
    Queue queue = parts.types().queue(wanted.queue());
    if (queue == null) {
      return unknown(wanted.queue());
    }
    String wrong = wrong(queue, wanted);
    if (wrong != null) {
      return failed(ProblemCode.INVALID_BODY, wrong);
    }
    long endNs = parts.nowNs() + wanted.patience().toNanos();
    int turn = turns.getAndIncrement() & Integer.MAX_VALUE;
    CallContext round = context;
    while (true) {
      if (dispatcher.isClosed()) {
        return new Answer.Failed<>(
            Outcome.Failed.retry(ProblemCode.DRAINING, "the node is stopping", 1000));
      }
      List<String> others = parts.others().leaders();
      Leasing.Result got = around(wanted, round, others, turn);
      if (!got.leased().isEmpty()) {
        return new Answer.Got<>(got.leased());
      }
      long left = endNs - parts.nowNs();
      if (left <= 0) {
        return nothing(got);
      }
      boolean limited = got.againNs() > 0 || got.problem() != null;
      long pause = Math.min(left, pauseNs(got, others.isEmpty()));
      if (!dispatcher.await(wanted, pause, limited)) {
        return new Answer.Failed<>(
            Outcome.Failed.retry(
                ProblemCode.OVERLOADED, "too many workers wait for messages at this node", 1000));
      }
      if (Thread.currentThread().isInterrupted()) {
        return nothing(got);
      }
      turn = 0; // what woke it is here
      round = context.until(endNs);
    }
  }

  /** How long to wait before all are asked again, unless woken. */
  static long pauseNs(Leasing.Result got, boolean alone) {
    Outcome.Failed problem = got.problem();
    if (problem != null) {
      return Math.clamp(problem.retryAfterMs() * MS, ASK_NS, ALONE_NS);
    }
    if (got.againNs() > 0) {
      return Math.clamp(got.againNs(), MS, ASK_NS);
    }
    return alone ? ALONE_NS : ASK_NS;
  }

  /** The earlier of two times to come again; 0 is none. */
  static long sooner(long one, long other) {
    return one == 0 ? other : other == 0 ? one : Math.min(one, other);
  }

  private static @Nullable String wrong(Queue queue, Wanted wanted) {
    if (wanted.messages() < 1 || wanted.messages() > LEASE_MESSAGES_MAX) {
      return "'max' is " + wanted.messages() + "; 1 to " + LEASE_MESSAGES_MAX + " are allowed";
    }
    Duration time = wanted.time();
    return time == null ? null : wrongTime(queue, time);
  }

  private static @Nullable String wrongTime(Queue queue, Duration time) {
    boolean wrong =
        time.isNegative() || time.isZero() || time.compareTo(queue.lease().longest()) > 0;
    return wrong
        ? "a lease of "
            + time.toMillis()
            + " ms; more than 0 and at most "
            + queue.lease().longest().toMillis()
            + " ms are allowed in queue '"
            + queue.name()
            + "'"
        : null;
  }

  private static Answer<List<Leased>> nothing(Leasing.Result got) {
    Outcome.Failed problem = got.problem();
    if (problem != null) {
      return new Answer.Failed<>(problem);
    }
    return got.againNs() == 0
        ? new Answer.Got<>(List.of())
        : new Answer.Failed<>(
            Outcome.Failed.retry(
                ProblemCode.QUEUE_LIMITED,
                "messages are ready, but as many were leased as the queue allows",
                Math.max(1, got.againNs() / MS)));
  }

  /** Asks this node and the others, beginning with whose turn it is, until one has a message. */
  private Leasing.Result around(Wanted wanted, CallContext context, List<String> others, int turn) {
    long againNs = 0;
    Outcome.Failed problem = null;
    int count = others.size() + 1;
    for (int i = 0; i < count; i++) {
      int whose = (turn + i) % count;
      Leasing.Result got =
          whose == 0
              ? leasing.lease(wanted, context)
              : there(others.get(whose - 1), wanted, context);
      if (!got.leased().isEmpty()) {
        return got;
      }
      problem = got.problem() == null ? problem : got.problem();
      againNs = sooner(againNs, got.againNs());
    }
    return new Leasing.Result(List.of(), againNs, problem);
  }

  private Leasing.Result there(String node, Wanted wanted, CallContext context) {
    long nowNs = parts.nowNs();
    long leftNs = Math.min(ASK_MAX_NS, context.deadlineNs() - nowNs);
    if (leftNs < ASK_LEAST_NS || silent.getOrDefault(node, nowNs) > nowNs) {
      return NOTHING;
    }
    ByteWriter question = new ByteWriter(128);
    question.u8(QUESTION);
    // It is to end before its answer is not waited for any more: else what it leased is lost.
    CallContext its = context.until(nowNs + leftNs - WAY_NS);
    QueueFrames.question(question, wanted, its, nowNs);
    try {
      Leasing.Result got =
          QueueFrames.answer(
              parts.others().ask(node, question.toBytes(), Duration.ofNanos(leftNs)));
      silent.remove(node);
      return got;
    } catch (IOException | RuntimeException e) {
      // What it leased, if it did, comes again when that lease is over.
      LOG.debug("node {} does not say whether it has messages", node, e);
      silent.put(node, parts.nowNs() + SILENT_NS);
      return NOTHING;
    }
  }

  /** Answers another node's question, behind its kind. */
  public byte[] answer(ByteReader in) {
    QueueFrames.Question question = QueueFrames.question(in, parts.nowNs());
    return QueueFrames.answer(leasing.lease(question.wanted(), question.context()));
  }

  // ---- what is leased ----

  @Override
  public Answer<Message> ack(Queues.Held held, byte @Nullable [] result, CallContext context) {
    String text;
    try {
      text = result == null ? null : Values.canonical(result);
    } catch (JacksonException e) {
      return failed(ProblemCode.MALFORMED_REQUEST, "the result is not JSON");
    }
    Queue queue = parts.types().queue(held.id().queue());
    if (queue != null && text != null && text.length() > queue.capacity().bytes()) {
      return failed(ProblemCode.BODY_TOO_LARGE, QueueMessages.tooLarge(queue, text.length()));
    }
    return change(held.id(), new MessageCommand.Ack(held.token(), text), context);
  }

  @Override
  public Answer<Message> nack(Queues.Held held, Return how, CallContext context) {
    Queue queue = parts.types().queue(held.id().queue());
    if (queue == null) {
      return unknown(held.id().queue());
    }
    Duration delay = how.delay();
    if (delay != null && (delay.isNegative() || delay.compareTo(QueueMessage.DELAY_MAX) > 0)) {
      return failed(
          ProblemCode.INVALID_BODY, "the delay is " + delay + "; at most 365 days are allowed");
    }
    if (delay == null) {
      Answer<Message> now = get(held.id(), context);
      if (!(now instanceof Answer.Got<Message> got)) {
        return now;
      }
      delay = queue.retry().after(Math.max(1, got.value().attempts()));
    }
    int attempts = how.dead() ? 0 : queue.retry().attempts();
    return change(
        held.id(),
        new MessageCommand.Nack(held.token(), delay.toNanos() / 1000, how.reason(), attempts),
        context);
  }

  @Override
  public Answer<Message> extend(Queues.Held held, @Nullable Duration time, CallContext context) {
    Queue queue = parts.types().queue(held.id().queue());
    if (queue == null) {
      return unknown(held.id().queue());
    }
    Duration wanted = time == null ? queue.lease().usual() : time;
    String wrong = wrongTime(queue, wanted);
    return wrong != null
        ? failed(ProblemCode.INVALID_BODY, wrong)
        : change(
            held.id(), new MessageCommand.Extend(held.token(), wanted.toNanos() / 1000), context);
  }

  @Override
  public Answer<Message> get(Id id, CallContext context) {
    if (parts.types().queue(id.queue()) == null) {
      return unknown(id.queue());
    }
    EntityAddress entity;
    try {
      entity = QueueMessages.of(id.tenant(), id.queue(), id.id());
    } catch (IllegalArgumentException e) {
      return failed(ProblemCode.INVALID_ID, String.valueOf(e.getMessage()));
    }
    return read(id, entity, context);
  }

  private Answer<Message> read(Id id, EntityAddress entity, CallContext context) {
    return switch (parts.entities().read(entity, context, false)) {
      case Outcome.Done done ->
          new Answer.Got<>(
              message(id, (MessageState) parts.types().messages().decodeState(done.body())));
      case Outcome.Rejected no -> throw new IllegalStateException(no.detail());
      case Outcome.Failed failed ->
          failed.code() == ProblemCode.NOT_FOUND
              ? failed(ProblemCode.NOT_FOUND, "there is no message '" + id.id() + "'")
              : new Answer.Failed<>(failed);
    };
  }

  static Message message(Id id, MessageState state) {
    return new Message(
        id,
        state.phase().name().toLowerCase(Locale.ROOT),
        state.body(),
        state.priority(),
        state.sentAt(),
        state.readyAt(),
        state.attempts(),
        state.until(),
        state.by(),
        state.error());
  }

  private Answer<Message> change(Id id, MessageCommand command, CallContext context) {
    if (parts.types().queue(id.queue()) == null) {
      return unknown(id.queue());
    }
    EntityAddress entity;
    try {
      entity = QueueMessages.of(id.tenant(), id.queue(), id.id());
    } catch (IllegalArgumentException e) {
      return failed(ProblemCode.INVALID_ID, String.valueOf(e.getMessage()));
    }
    Outcome outcome = execute(entity, command, context);
    return outcome instanceof Outcome.Done
        ? read(id, entity, context)
        : new Answer.Failed<>(problem(outcome));
  }

  // ---- dead letters ----

  @Override
  public Answer<Message> replay(Id id, String reason, CallContext context) {
    return change(id, new MessageCommand.Replay(reason), context);
  }

  @Override
  public Answer<Message> discard(Id id, String reason, CallContext context) {
    return change(id, new MessageCommand.Discard(reason), context);
  }

  @Override
  public Answer<DeadPage> dead(DeadQuery query, CallContext context) {
    if (parts.types().queue(query.queue()) == null) {
      return unknown(query.queue());
    }
    List<Message> found = new ArrayList<>();
    String last = null;
    for (EntityAddress one : dispatcher.dead(query.queue(), query.tenant())) {
      Id id = id(one);
      String after = query.after();
      if (after == null || id.id().compareTo(after) > 0) {
        if (found.size() >= query.limit() && !id.id().equals(last)) {
          return new Answer.Got<>(new DeadPage(found, last));
        }
        last = id.id();
        if (read(id, one, context) instanceof Answer.Got<Message> got
            && got.value().state().equals("dead")) {
          found.add(got.value());
        }
      }
    }
    return new Answer.Got<>(new DeadPage(found, null));
  }

  @Override
  public List<QueueFigures> figures() {
    return dispatcher.figures();
  }
}
