package dev.perdure.runtime.drive;

import dev.perdure.runtime.SagaFigures;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.saga.SagaState;
import dev.perdure.runtime.saga.SagaState.Phase;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.SagaModel;
import dev.perdure.runtime.wake.WakeListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The sagas that this node drives: those that begin here, and those whose wakes are due, so many at
 * a time. The others wait in the index of wakes, which tells of them again. Thread-safe.
 */
public final class Drivers implements WakeListener, AutoCloseable {

  private static final int WAITING_MAX = 100_000;

  /** When what could not be read is looked at again, the first time; each time twice as late. */
  private static final long AGAIN_NS = 250_000_000L;

  private static final int AGAIN_TIMES = 6;
  private static final int UNREAD_MAX = 10_000;

  private final DriveParts parts;
  private final int drivenMax;
  private final SagaDoor door;
  private final Map<EntityAddress, Drive> driven = new HashMap<>();
  private final Deque<EntityAddress> waiting = new ArrayDeque<>();
  private final Set<EntityAddress> known = new HashSet<>();

  /** How often in a row what is recorded could not be read. */
  private final Map<EntityAddress, Integer> unread = new HashMap<>();

  private final LongAdder begun = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder compensated = new LongAdder();
  private final LongAdder parked = new LongAdder();
  private boolean closed;

  /**
   * None yet.
   *
   * @param drivenMax how many at a time
   */
  public Drivers(DriveParts parts, int drivenMax, SagaDoor door) {
    this.parts = parts;
    this.drivenMax = drivenMax;
    this.door = door;
    door.drivers(this);
  }

  @Override
  public void due(int shard, EntityAddress saga, long dueMicros) {
    synchronized (this) {
      Drive running = driven.get(saga);
      if (running != null) {
        running.poke(dueMicros);
        running.warnIfStalled();
      } else if (waiting.size() < WAITING_MAX && known.add(saga)) {
        waiting.add(saga);
      }
    }
    next();
  }

  @Override
  public void leads(int shard, boolean leading) {
    // Who drives without leading finds out by its next write; what is due is told anew.
  }

  /** Begins one that is not recorded; null if too many are driven already, or it is. */
  @Nullable Drive begin(EntityAddress saga, SagaModel model, Writes.Beginning beginning) {
    synchronized (this) {
      if (closed || driven.size() >= drivenMax || driven.containsKey(saga)) {
        return null;
      }
      Drive drive = new Drive(parts, door, model, new Drive.Begins(saga, beginning));
      driven.put(saga, drive);
      begun.increment();
      parts.quota().begun(saga);
      start(drive);
      return drive;
    }
  }

  /** The drive of a saga; null if it is not driven here now. */
  synchronized @Nullable Drive of(EntityAddress saga) {
    return driven.get(saga);
  }

  /** How many are driven now. */
  public synchronized int driven() {
    return driven.size();
  }

  /** What they do. */
  public synchronized SagaFigures figures() {
    int stalled = (int) driven.values().stream().filter(Drive::stalled).count();
    return new SagaFigures(
        driven.size(),
        waiting.size(),
        stalled,
        begun.sum(),
        completed.sum(),
        compensated.sum(),
        parked.sum());
  }

  private void count(Drive drive) {
    SagaState state = drive.writes().state();
    String deferredOf = drive.model().deferredOf();
    if (deferredOf != null) {
      String id = drive.saga().tenant() + "/" + drive.saga().id();
      if (state.ended()) {
        parts.outside().ended(deferredOf, id);
      } else {
        parts.outside().heard(deferredOf, id);
      }
    }
    if (state.ended()) {
      (state.phase() == Phase.COMPLETED ? completed : compensated).increment();
      parts.quota().ended(drive.saga());
    } else if (state.parked() != null) {
      parked.increment();
    }
  }

  private synchronized void next() {
    while (!closed && driven.size() < drivenMax) {
      EntityAddress saga = waiting.poll();
      if (saga == null) {
        return;
      }
      if (!parts.has(PlantedBug.DUE_HEARD_ONCE)) {
        known.remove(saga);
      }
      SagaModel model = parts.types().saga(saga.type());
      Drive running = driven.get(saga);
      if (running != null) {
        // Begun anew while it waited here: it may be left again at once, because it exists.
        running.poke(Long.MAX_VALUE);
      } else if (model != null) {
        Drive drive = new Drive(parts, door, model, new Drive.Begins(saga, null));
        driven.put(saga, drive);
        start(drive);
      }
    }
  }

  private void start(Drive drive) {
    Thread.ofVirtual()
        .name("saga-" + drive.saga().id())
        .start(
            () -> {
              drive.runsOn(Thread.currentThread());
              long againNs;
              try {
                drive.run();
              } finally {
                againNs = over(drive);
              }
              if (againNs > 0) {
                again(drive.saga(), againNs);
              }
            });
  }

  /** When it is to be looked at again; 0 if not before it is due again. */
  private long over(Drive drive) {
    count(drive);
    long againNs;
    synchronized (this) {
      driven.remove(drive.saga(), drive);
      if (drive.missed() && !closed && known.add(drive.saga())) {
        waiting.add(drive.saga());
      }
      againNs = againNs(drive);
    }
    next();
    door.left(drive);
    return againNs;
  }

  private long againNs(Drive drive) {
    EntityAddress saga = drive.saga();
    int before = unread.getOrDefault(saga, 0);
    boolean full = before == 0 && unread.size() >= UNREAD_MAX;
    if (!drive.unread() || before >= AGAIN_TIMES || full || closed) {
      unread.remove(saga);
      return 0;
    }
    unread.put(saga, before + 1);
    return AGAIN_NS << before;
  }

  /**
   * Who leads is told of it once, and then not for a minute: that a leader was not sure of itself
   * yet, or had not caught up with what it stored, must not cost the saga that minute.
   */
  private void again(EntityAddress saga, long ns) {
    parts.clock().parkNanos(ns);
    Shard shard = parts.shards().apply(saga);
    synchronized (this) {
      if (closed || !unread.containsKey(saga)) {
        return; // somebody could read it meanwhile
      }
      Drive running = driven.get(saga);
      if (running != null) {
        running.poke(Long.MAX_VALUE);
      } else if (shard == null || !shard.leads()) {
        unread.remove(saga); // whoever leads next is told of it
      } else if (waiting.size() < WAITING_MAX && known.add(saga)) {
        waiting.add(saga);
      }
    }
    next();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.clear();
      driven.values().forEach(one -> one.writes().close("the node was closed"));
    }
  }
}
