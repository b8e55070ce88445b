package dev.perdure.runtime.dispatch;

import dev.perdure.api.Queue;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.QueueFigures;
import dev.perdure.runtime.Queues.Wanted;
import dev.perdure.runtime.dispatch.Held.Kind;
import dev.perdure.runtime.queue.MessageState;
import dev.perdure.runtime.queue.QueueMessages;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.wake.WakeListener;
import dev.perdure.runtime.wake.Wakes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished messages of the shards that this node leads, and who waits for one.
 *
 * <p>Shards' loops tell it what they decide, so that a message is ready here as soon as it is sent.
 * What it does not know, of a shard that this node begins to lead, it finds in the index of wakes,
 * which also tells again and again of what is due: so whatever is wrong here is mended. It holds so
 * many messages at most; others wait in that index until there is room. Thread-safe.
 */
public final class Dispatcher implements WakeListener, AutoCloseable {

  private static final int HELD_MAX = 200_000;
  private static final int WAITING_MAX = 10_000;
  private static final int ENDED_MAX = 50_000;
  private static final int PAGE = 500;
  private static final int LEASE_BYTES_MAX = 1 << 20;
  private static final long RETRY_MS = 1_000;

  /** What was decided lately is not in the index yet. */
  private static final long SETTLED_NS = 5_000_000_000L;

  /** Slots come in groups, and are in the store a little after they are said to be there. */
  private static final long MOVED_NS = 1_000_000_000L;

  private final QueueParts parts;
  private final Attending attending;
  private final Map<String, Lane> lanes = new TreeMap<>();
  private final Map<EntityAddress, Held> held = new HashMap<>();

  /** The shards that this node leads, with a number for each time that it began to. */
  private final Map<Integer, Long> led = new HashMap<>();

  /** What was finished lately, the oldest first: the store is a little behind. */
  private final Map<EntityAddress, Ended> ended = new LinkedHashMap<>();

  private final Map<Integer, Boolean> beyond = new HashMap<>();
  private long beginnings;
  private boolean closed;

  private record Ended(int shard, long version, long atNs) {}

  /** Holds nothing yet. */
  public Dispatcher(QueueParts parts) {
    this.parts = parts;
    this.attending = new Attending(parts, this);
    for (Queue queue : parts.types().queues()) {
      lanes.put(queue.name(), new Lane(queue));
    }
  }

  // ---- what shards' loops tell ----

  @Override
  public synchronized void leads(int shard, boolean leading) {
    if (lanes.isEmpty()) {
      return;
    }
    led.remove(shard);
    beyond.remove(shard);
    held.values().removeIf(one -> one.shard == shard && gone(one));
    ended.values().removeIf(one -> one.shard == shard);
    lanes.values().forEach(lane -> lane.forget(shard));
    if (leading && !closed) {
      begin(shard, 0);
    }
  }

  private static boolean gone(Held one) {
    one.lane.place(one, Kind.GONE);
    return true;
  }

  /** What left is another shard's; what came is looked for, once no more slots come. */
  @Override
  public synchronized void moved(int shard, IntPredicate owned) {
    held.values()
        .removeIf(
            one -> one.shard == shard && !owned.test(one.address.slot()) && one.lane.left(one));
    if (led.containsKey(shard) && !closed) {
      begin(shard, MOVED_NS);
    }
  }

  private void begin(int shard, long delayNs) {
    long beginning = ++beginnings;
    led.put(shard, beginning);
    Thread.ofVirtual()
        .name("queues-of-" + shard)
        .start(
            () -> {
              parts.core().clock().parkNanos(delayNs);
              find(shard, beginning);
            });
  }

  @Override
  public void due(int shard, EntityAddress entity, long dueMicros) {
    if (!lanes.containsKey(QueueMessages.queueOf(entity)) || !isDue(entity, dueMicros)) {
      return;
    }
    attending.due(entity, dueMicros);
  }

  /** True if somebody has to look at it. */
  private synchronized boolean isDue(EntityAddress entity, long dueMicros) {
    Held one = held.get(entity);
    if (one == null) {
      return held.size() < HELD_MAX;
    }
    boolean settled = settled(one);
    return switch (one.kind) {
      case DELAYED -> {
        if (one.due > dueMicros) {
          yield settled;
        }
        one.lane.place(one, Kind.READY);
        yield false;
      }
      case LEASED -> !parts.has(PlantedBug.LEASE_NEVER_OVER) && (one.due == dueMicros || settled);
      case REPLYING -> true;
      case NEW, READY, GONE -> false;
      case DEAD -> settled;
    };
  }

  /** What it is taken for must be recorded by now, or it was lost with what was in flight. */
  private boolean settled(Held one) {
    return parts.nowNs() - one.changedNs > SETTLED_NS;
  }

  @Override
  public void decided(int shard, EntityAddress entity, long version, Object state) {
    MessageState now = (MessageState) state;
    seen(new Sight(entity, shard, version, now), 0);
    if (now.phase() == MessageState.Phase.REPLYING) {
      attending.reply(entity);
    }
  }

  @Override
  public synchronized Outcome.@Nullable Failed refusal(
      EntityAddress entity, String command, long version) {
    Lane lane = lanes.get(QueueMessages.queueOf(entity));
    if (!command.equals("send") || version > 0 || lane == null) {
      return null; // one that was sent before takes no room
    }
    if (parts.level().getAsInt() < Build.WAKES) {
      return Outcome.Failed.of(
          ProblemCode.UNKNOWN_QUEUE, "not all nodes run a build that knows queues yet");
    }
    Queue.Capacity most = lane.queue.capacity();
    if (held.size() >= HELD_MAX) {
      return full("this node holds " + held.size() + " messages of all queues");
    }
    if (lane.messages() >= share(most.messages())) {
      return full(
          "queue '"
              + lane.queue.name()
              + "' holds "
              + lane.messages()
              + " unfinished messages here,"
              + " at most "
              + share(most.messages())
              + " are allowed");
    }
    int ofTenant = lane.ofTenant(entity.tenant());
    return ofTenant < share(most.messagesOfTenant())
        ? null
        : full(
            "queue '"
                + lane.queue.name()
                + "' holds "
                + ofTenant
                + " unfinished messages of tenant '"
                + entity.tenant()
                + "' here, at most "
                + share(most.messagesOfTenant())
                + " are allowed");
  }

  private static Outcome.Failed full(String why) {
    return Outcome.Failed.retry(ProblemCode.QUEUE_FULL, why, RETRY_MS);
  }

  /** The part of something that the shards led here are of all shards. */
  private int share(int most) {
    return (int) Math.ceil(most * part());
  }

  private synchronized double part() {
    List<Integer> all = parts.numbers().get();
    long here = all.stream().filter(led::containsKey).count(); // not the system's own shard
    return Math.min(1, (double) Math.max(1, here) / Math.max(1, all.size()));
  }

  // ---- what is found out ----

  /** A message as it was seen. */
  record Sight(EntityAddress entity, int shard, long version, MessageState state) {}

  /**
   * Takes over how a message stands.
   *
   * @param asOf microseconds since 1970; it is ready if its time comes before that
   */
  synchronized void seen(Sight sight, long asOf) {
    Lane lane = lanes.get(QueueMessages.queueOf(sight.entity));
    if (lane == null || !led.containsKey(sight.shard)) {
      return;
    }
    MessageState state = sight.state;
    Held one = held.get(sight.entity);
    if (one != null && sight.version < one.version && !settled(one)) {
      return; // seen in the store, which is a little behind what was decided
    }
    Ended end = ended.get(sight.entity);
    if (one == null && end != null && sight.version < end.version && !past(end)) {
      return;
    }
    if (one != null && one.shard != sight.shard) {
      held.remove(sight.entity);
      one.lane.left(one);
      one = null;
    }
    Kind kind = kind(state, asOf);
    if (kind == Kind.GONE) {
      ends(sight);
      forget(sight.entity);
      return;
    }
    if (one == null) {
      if (held.size() >= HELD_MAX) {
        beyond.put(sight.shard, true);
        return;
      }
      one = new Held(sight.entity, lane, sight.shard);
      held.put(sight.entity, one);
    }
    one.saw(sight.version, state);
    one.changedNs = parts.nowNs();
    lane.place(one, kind);
  }

  private void ends(Sight sight) {
    ended.remove(sight.entity);
    ended.put(sight.entity, new Ended(sight.shard, sight.version, parts.nowNs()));
    Iterator<Ended> all = ended.values().iterator();
    for (Ended one = all.next(); ended.size() > ENDED_MAX || past(one); one = all.next()) {
      all.remove(); // ends at the one that was put just now
    }
  }

  private boolean past(Ended one) {
    return parts.nowNs() - one.atNs > SETTLED_NS;
  }

  private static Kind kind(MessageState state, long asOf) {
    return switch (state.phase()) {
      case NONE, DONE -> Kind.GONE;
      case READY -> state.readyAtOnce() || state.readyAt() <= asOf ? Kind.READY : Kind.DELAYED;
      case LEASED -> Kind.LEASED;
      case DEAD -> Kind.DEAD;
      case REPLYING -> Kind.REPLYING;
    };
  }

  /** There is no such message, or it is done. */
  synchronized void forget(EntityAddress entity) {
    Held one = held.remove(entity);
    if (one != null) {
      one.lane.place(one, Kind.GONE);
      if (held.size() < HELD_MAX / 2 && beyond.remove(one.shard) != null) {
        begin(one.shard, 0);
      }
    }
  }

  private synchronized boolean current(int shard, long beginning) {
    Long now = led.get(shard);
    return !closed && now != null && now == beginning;
  }

  /** Looks at all that is unfinished in a shard. */
  private void find(int shard, long beginning) {
    byte[] from = {};
    do {
      Wakes.Page page = parts.core().wakes().unfinished(shard, from, PAGE);
      for (Wakes.Pending one : page.pending()) {
        if (lanes.containsKey(QueueMessages.queueOf(one.entity()))
            && one.entity().type().equals(parts.types().messages().name())
            && current(shard, beginning)) {
          if (one.dueMicros() == WakeRow.NEVER) {
            dead(one.entity(), shard);
          } else if (!holds(one.entity())) {
            attending.attend(one.entity());
          }
        }
      }
      from = page.next();
    } while (from.length != 0 && current(shard, beginning));
  }

  private synchronized boolean holds(EntityAddress entity) {
    return held.containsKey(entity);
  }

  /** Of a dead letter more is not needed than that there is one. */
  private synchronized void dead(EntityAddress entity, int shard) {
    Lane lane = lanes.get(QueueMessages.queueOf(entity));
    boolean known = held.containsKey(entity) || ended.containsKey(entity);
    if (lane != null && !known && held.size() < HELD_MAX) {
      Held one = new Held(entity, lane, shard);
      held.put(entity, one);
      lane.place(one, Kind.DEAD);
    }
  }

  // ---- what workers want ----

  /**
   * Messages to be leased.
   *
   * @param againNs when to come again because as much is leased as may be; 0 if that is not so
   */
  record Taken(List<Held> messages, long againNs) {}

  /** Takes messages out that are ready; whoever takes them gives each back, leased or not. */
  synchronized Taken take(Wanted wanted) {
    Lane lane = lanes.get(wanted.queue());
    List<Held> found = new ArrayList<>();
    if (lane == null || closed) {
      return new Taken(found, 0);
    }
    double perSecond = lane.queue.perSecond() * part();
    double rate = lane.rate.level(perSecond, parts.nowNs());
    int room = share(lane.queue.capacity().leased()) - lane.leased();
    int most = (int) Math.min(wanted.messages(), Math.min(rate, room));
    if (most < 1) {
      long missingNs = room < 1 ? RETRY_MS * 1_000_000 : lane.rate.missingNs(perSecond);
      return new Taken(found, lane.ready.has(wanted.tenant()) ? missingNs : 0);
    }
    long bytes = 0;
    while (found.size() < most) {
      Held next = lane.ready.next(wanted.tenant());
      if (next == null) {
        break;
      }
      bytes += next.bytes;
      if (!found.isEmpty() && bytes > LEASE_BYTES_MAX) {
        lane.ready.add(next);
        break;
      }
      lane.take(next);
      lane.rate.take(perSecond);
      found.add(next);
    }
    return new Taken(found, 0);
  }

  /** It was leased, and may be ready again already. */
  synchronized void leased(Held one) {
    one.lane.tried(one);
    if (one.kind == Kind.READY) {
      one.lane.offer(one);
    }
  }

  /** It could not be leased; nobody is woken for it, who would fare no better now. */
  synchronized void giveBack(Held one) {
    one.lane.tried(one);
    one.lane.rate.giveBack(one.lane.queue.perSecond());
    if (one.kind == Kind.READY) {
      one.lane.ready.add(one);
    }
  }

  /** It was not ready after all. */
  synchronized void notReady(Held one) {
    one.lane.tried(one);
    one.lane.rate.giveBack(one.lane.queue.perSecond());
    if (one.kind == Kind.READY) {
      one.lane.place(one, Kind.DELAYED);
    }
    attending.add(one.address);
  }

  /**
   * Waits until there may be a message, or so long.
   *
   * @param limited true if there are some that may not be had now
   * @return false if too many wait
   */
  boolean await(Wanted wanted, long ns, boolean limited) {
    Lane.Waiter waiter = new Lane.Waiter(Thread.currentThread(), wanted.tenant());
    Lane lane;
    synchronized (this) {
      lane = lanes.get(wanted.queue());
      if (lane == null || closed || (!limited && lane.ready.has(wanted.tenant()))) {
        return true;
      }
      if (lanes.values().stream().mapToInt(Lane::waiting).sum() >= WAITING_MAX) {
        return false;
      }
      lane.await(waiter);
    }
    parts.core().clock().parkNanos(ns);
    synchronized (this) {
      lane.leave(waiter);
    }
    return true;
  }

  /** Ids of dead letters, in their order. */
  synchronized List<EntityAddress> dead(String queue, @Nullable String tenant) {
    return held.values().stream()
        .filter(one -> one.kind == Kind.DEAD && one.lane.queue.name().equals(queue))
        .map(one -> one.address)
        .filter(one -> tenant == null || one.tenant().equals(tenant))
        .sorted(Comparator.comparing(EntityAddress::id).thenComparing(EntityAddress::tenant))
        .toList();
  }

  /** What each queue holds in each shard that is led here. */
  public synchronized List<QueueFigures> figures() {
    long now = parts.nowMicros();
    return lanes.values().stream().flatMap(lane -> lane.figures(now).stream()).toList();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Gives nothing more away; who waits is answered. */
  @Override
  public synchronized void close() {
    closed = true;
    lanes.values().forEach(Lane::wakeAll);
    attending.close();
  }
}
