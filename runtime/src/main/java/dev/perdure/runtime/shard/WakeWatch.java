package dev.perdure.runtime.shard;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.WakeFigures;
import dev.perdure.runtime.apply.WakeIndex;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.Waking;
import dev.perdure.runtime.wake.LockListener;
import dev.perdure.runtime.wake.WakeListener;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is due on the leader: looks at the index of wakes as far as the shard's time has come,
 * a few at a time, and decides a command for each. Of those to come it keeps nothing.
 *
 * <p>A wake found due stays in the index until its command is applied; until then its entity is
 * among those that run. Whatever ends without having been applied is looked for again. Loop thread;
 * commands may end on any.
 */
final class WakeWatch implements WakeIndex.Look {

  private static final Logger LOG = LoggerFactory.getLogger(WakeWatch.class);

  /** Who asks, by the record of a wake. */
  static final String PRINCIPAL = "system:wake";

  private static final int RUNNING_MAX = 256;
  private static final int AT_ONCE = 128;
  private static final int AT_ONCE_BESIDE_OTHERS = 64;
  private static final int SLOTS_AT_ONCE = 256;
  private static final int SLOTS_AT_ONCE_BESIDE_OTHERS = 32;
  private static final long LOOK_AGAIN_NS = 60_000_000_000L;
  private static final long NOTHING_SKIPPED = Long.MAX_VALUE;
  private static final byte[] NO_BODY = {'{', '}'};

  private static final WakeIndex.Look FORGETFUL =
      new WakeIndex.Look() {
        @Override
        public long at(int slot, long from) {
          return WakeRow.NEVER;
        }

        @Override
        public boolean goesOn() {
          return true;
        }

        @Override
        public boolean wants(int slot) {
          return true;
        }
      };

  private final int shard;
  private final ShardParts parts;
  private final ShardLoop loop;
  private final WakeIndex index;

  /** Entities whose wake is on its way, with the earliest time that was passed over meanwhile. */
  private final Map<EntityAddress, Long> running = new ConcurrentHashMap<>();

  private final AtomicLong fired = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile long lateMicrosMax;
  private boolean leads;
  private SlotTable owned;
  private long lookedAtNs;
  private long now;
  private int room;
  private int slots;

  WakeWatch(int shard, ShardParts parts, ShardLoop loop) {
    this.shard = shard;
    this.parts = parts;
    this.loop = loop;
    this.index = parts.state().wakes();
    this.owned = parts.state().slots();
    this.lookedAtNs = parts.clock().monotonicNs();
  }

  int shard() {
    return shard;
  }

  /** The loop's role changed. */
  void role(ShardLoop.Role role) {
    boolean begins = role == ShardLoop.Role.LEADING;
    if (begins && forgets()) {
      index.look(WakeRow.NEVER, FORGETFUL);
    } else if (begins) {
      index.follow(true); // before: what is stored from now on is handed over
      index.lookAgain();
    } else {
      index.follow(false);
    }
    if (begins != leads && role != ShardLoop.Role.OPENING) {
      leads = begins;
      owned = parts.state().slots();
      parts.wakes().stampedBy(shard, loop.stamps()::now);
      parts.wakes().leads(shard, begins);
    }
  }

  /** A planted bug: whoever begins to lead knows only of wakes that come to it later. */
  private boolean forgets() {
    return parts.has(PlantedBug.WAKE_FORGOTTEN);
  }

  /** Runs some of what is due; true if there was something. */
  boolean run(long nowNs, boolean othersWait) {
    SlotTable slotsNow = parts.state().slots();
    if (slotsNow != owned) {
      owned = slotsNow;
      parts.wakes().moved(shard, slotsNow::owns);
    }
    if (nowNs - lookedAtNs > LOOK_AGAIN_NS && !forgets()) {
      lookedAtNs = nowNs;
      index.lookAgain(); // who is told of a wake may have lost it
    }
    long first = index.first();
    boolean came = index.hasDue();
    if ((first == WakeRow.NEVER && !came) || running.size() >= RUNNING_MAX) {
      return false;
    }
    now = parts.has(PlantedBug.WAKE_BY_WALL_CLOCK) ? parts.clock().wallMicros() : loop.stampNow();
    room = othersWait ? AT_ONCE_BESIDE_OTHERS : AT_ONCE;
    if (came) {
      runDue();
    }
    if (first > now) {
      return came;
    }
    int most = othersWait ? SLOTS_AT_ONCE_BESIDE_OTHERS : SLOTS_AT_ONCE;
    slots = most;
    index.look(now, this);
    return slots < most;
  }

  private void runDue() {
    while (hasRoom()) {
      WakeIndex.Due due = index.takeDue();
      if (due == null) {
        return;
      }
      EntityAddress entity = Keys.addressOf(due.key());
      WakeListener listener = parts.wakes().listener(entity.type());
      if (!wants(entity.slot())) {
        continue; // it left, and tells of itself where it comes to
      }
      if (due.row().prepared() != null || listener != null) {
        room--;
        tell(listener, entity, due.row());
      } else {
        fire(entity, due.row());
      }
    }
  }

  @Override
  public boolean goesOn() {
    return slots > 0 && room > 0 && running.size() < RUNNING_MAX;
  }

  private boolean hasRoom() {
    return room > 0 && running.size() < RUNNING_MAX;
  }

  @Override
  public boolean wants(int slot) {
    return parts.state().slots().owns(slot);
  }

  @Override
  public long at(int slot, long from) {
    slots--;
    long told = -1;
    try (StateStore.Scan rows =
        parts.state().store().scan(Keys.wakeIndex(slot, from), Keys.wakeIndex(slot + 1, 0))) {
      for (; rows.valid(); rows.next()) {
        long time = Keys.timeOfIndex(rows.key());
        if (time > now || (!hasRoom() && time != told)) {
          return time;
        }
        EntityAddress entity = Keys.addressOf(Keys.wakeOfIndex(rows.key()));
        WakeRow row = WakeRow.read(rows.value());
        WakeListener listener = parts.wakes().listener(entity.type());
        if (row.prepared() != null || listener != null) {
          // All of one time: those behind it are found by their time.
          told = time;
          room--;
          tell(listener, entity, row);
        } else if (!hasRoom()) {
          return time;
        } else {
          fire(entity, row);
        }
      }
    }
    return WakeRow.NEVER;
  }

  private void tell(@Nullable WakeListener listener, EntityAddress entity, WakeRow row) {
    Prepared lock = row.prepared();
    LockListener locks = parts.wakes().locks();
    try {
      if (lock == null) {
        Objects.requireNonNull(listener).due(shard, entity, row.due());
      } else if (locks != null) {
        locks.overdue(shard, entity, lock.of());
      }
    } catch (RuntimeException e) {
      LOG.error("a listener failed at the wake of {}", entity, e);
    }
  }

  private void fire(EntityAddress entity, WakeRow row) {
    boolean twice = parts.has(PlantedBug.WAKE_RUNS_TWICE);
    if (!twice
        && running.computeIfPresent(entity, (e, time) -> Math.min(time, row.next())) != null) {
      return;
    }
    room--;
    running.put(entity, NOTHING_SKIPPED);
    CommandBody body = new CommandBody(Waking.COMMAND, 0, NO_BODY, new Woken(row), null);
    // It waits as long as the shard takes: only its end says that it may be looked for again.
    CallContext context =
        new CallContext(PRINCIPAL, "", parts.clock().monotonicNs() + Long.MAX_VALUE / 2);
    Pending command =
        new Pending(
            new EntityCommand(entity, body, null, EntityCommand.Precondition.NONE, context),
            "wake:" + row.due() + ":" + row.version());
    command.then(outcome -> ended(entity, row, outcome));
    long late = now - row.next();
    if (command.take()) {
      loop.handle(command, parts.clock().monotonicNs());
    }
    lateMicrosMax = Math.max(lateMicrosMax, late);
  }

  private void ended(EntityAddress entity, WakeRow row, Outcome outcome) {
    Long skipped = running.remove(entity);
    long again = skipped == null ? NOTHING_SKIPPED : skipped;
    switch (outcome) {
      case Outcome.Failed ignored -> {
        failed.incrementAndGet();
        again = forgets() ? again : Math.min(again, row.next());
      }
      case Outcome.Done done -> {
        if (!done.replayed()) {
          fired.incrementAndGet();
        }
      }
      case Outcome.Rejected ignored -> fired.incrementAndGet();
    }
    if (again != NOTHING_SKIPPED) {
      index.lower(entity.slot(), again);
    }
  }

  /** Any thread. */
  WakeFigures figures() {
    long first = index.first();
    boolean behind = loop.role() == ShardLoop.Role.LEADING && first != WakeRow.NEVER && first > 0;
    long late = behind ? parts.clock().wallMicros() - first : 0;
    return new WakeFigures(
        index.size(), running.size(), fired.get(), failed.get(), Math.max(0, late), lateMicrosMax);
  }
}
