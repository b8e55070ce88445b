package dev.perdure.runtime.consume;

import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.stream.ShardStream;
import dev.perdure.runtime.subscription.Coming;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.subscription.Moves;
import dev.perdure.runtime.subscription.SubscriptionCommand;
import dev.perdure.runtime.subscription.SubscriptionState;
import dev.perdure.runtime.type.SubscriptionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscription at work on one shard, as long as this node leads it. */
final class Consumer implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);
  private static final long LOOK_NS = 10_000_000L;
  private static final long RECORD_NS = 250_000_000L;
  private static final long RECORD_IDLE_NS = 10_000_000_000L;
  private static final long RELOAD_NS = 1_000_000_000L;
  private static final long TROUBLE_NS = 500_000_000L;

  private final ConsumeParts parts;
  private final SubscriptionModel model;
  private final Shard shard;
  private final Records records;
  private final ShardStream stream;
  private final Handling handling;
  private final Replays replays;
  private volatile boolean closed;
  private volatile @Nullable Thread thread;
  private volatile boolean poked;
  private volatile SubscriptionState state = SubscriptionState.NOTHING_YET;
  private volatile long position = -1;
  private volatile String trouble = "";
  private Moves moves = new Moves(state);

  /** How often it had been rewound when {@link #after} was read: together they are a cursor. */
  private int rewinds;

  private long after = -1;
  private long stamp;
  private long rewoundUntil;
  private boolean handled;
  private long recordedNs;
  private long loadedNs;

  Consumer(ConsumeParts parts, SubscriptionModel model, Shard shard) {
    this.parts = parts;
    this.model = model;
    this.shard = shard;
    this.records = new Records(parts);
    this.stream = new ShardStream(shard.parts().state());
    this.handling = new Handling(parts, model, this::pause);
    this.replays = new Replays(parts, handling);
  }

  /** What it was doing is not to be gone on with. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop() {
      super("stopped", null, false, false);
    }
  }

  String name() {
    return model.name();
  }

  int shard() {
    return shard.number();
  }

  /** Its record was changed. */
  void poke() {
    poked = true;
    LockSupport.unpark(thread);
  }

  void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  SubscriptionFigures figures() {
    SubscriptionState now = state;
    long end = stream.end();
    long lag = Math.max(0, end - 1 - position);
    long behind = lag == 0 ? 0 : stream.stampBehind(position);
    long late = behind == 0 ? 0 : Math.max(0, parts.nowMicros() - behind);
    String error = trouble.isEmpty() ? replays.trouble() : trouble;
    if (error.isEmpty()) {
      error = handling.error();
    }
    return new SubscriptionFigures(
        new SubscriptionFigures.Of(name(), shard()),
        lag,
        late,
        handling.delivered(),
        handling.failures(),
        now.dead().size(),
        now.paused() != null,
        error);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    while (!closed) {
      if (!shard.leads()) {
        if (parts.has(PlantedBug.ENDS_BEFORE_ITS_SHARD)) {
          break;
        }
        park(LOOK_NS); // the shard opens anew after a lost append, or this is about to be closed
        continue;
      }
      try {
        if (load()) {
          trouble = "";
          work();
        }
      } catch (Stop e) {
        // its record is read anew, or it ends
      } catch (RuntimeException e) {
        LOG.warn("subscription {} in shard {} begins again", name(), shard(), e);
        trouble = String.valueOf(e.getMessage());
      }
      if (goesOn() && !trouble.isEmpty()) {
        park(TROUBLE_NS);
      }
    }
    leave();
  }

  private boolean goesOn() {
    return !closed && shard.leads();
  }

  private void park(long ns) {
    parts.outside().clock().parkNanos(ns);
    Thread.interrupted(); // whether it is to end is asked for in other ways
  }

  /** The handler's wait between two attempts. */
  private void pause(Duration time) {
    long end = parts.nowNs() + time.toNanos();
    do {
      if (!goesOn()) {
        throw new Stop();
      }
      if (poked || parts.nowNs() - loadedNs > RELOAD_NS) {
        if (!renewed() || state.paused() != null) {
          throw new Stop();
        }
      }
      long left = end - parts.nowNs();
      if (left > 0) {
        park(Math.min(left, RELOAD_NS));
      }
    } while (parts.nowNs() < end);
  }

  // ---- its record ----

  /** Reads where it stands, and begins if it never did. False if nobody can tell now. */
  private boolean load() {
    if (!reload()) {
      return false;
    }
    if (!state.begun()) {
      boolean now =
          model.options().beginning() == dev.perdure.api.SubscriptionOptions.Beginning.NOW;
      sent(new SubscriptionCommand.Begin(now ? stream.end() - 1 : -1, 0));
      return false;
    }
    if (state.stamp() != 0 && stream.stampAt(state.after()) != state.stamp()) {
      relocate();
      return false;
    }
    moves = new Moves(state);
    rewinds = state.rewinds();
    after = state.after();
    stamp = state.stamp();
    position = after;
    rewoundUntil = state.since() == 0 ? 0 : stream.end();
    handled = false;
    return true;
  }

  /** Reads it while at work; false if that cannot be done, or if it was rewound meanwhile. */
  private boolean renewed() {
    if (!reload()) {
      return false;
    }
    if (parts.has(PlantedBug.REWIND_NOT_HEEDED)) {
      rewinds = state.rewinds();
    }
    return state.rewinds() == rewinds;
  }

  private boolean reload() {
    poked = false;
    loadedNs = parts.nowNs();
    Records.Read read = records.read(name(), shard());
    Outcome.Failed problem = read.problem();
    if (problem != null) {
      trouble = problem.code().code() + ": " + problem.detail();
      return false;
    }
    SubscriptionState found = read.state();
    state = found == null ? SubscriptionState.NOTHING_YET : found;
    return true;
  }

  /** The shard is not the one in which the cursor was recorded: time tells what was delivered. */
  private void relocate() {
    long first = Math.max(1, state.stamp());
    for (int one : parts.numbers().get()) {
      Records.Read read = records.read(name(), one);
      SubscriptionState there = read.state();
      if (read.problem() != null) {
        trouble = "the cursor of shard " + one + " cannot be read";
        return;
      }
      if (there != null && there.begun()) {
        first = Math.max(1, Math.min(first, there.stamp()));
      }
    }
    LOG.warn(
        "subscription {}: shard {} is not as it was at offset {}; going on from time {}",
        name(),
        shard(),
        state.after(),
        first);
    sent(new SubscriptionCommand.Rewind(-1, first, "the shard was restored"));
  }

  private boolean sent(SubscriptionCommand command) {
    Outcome outcome = records.send(name(), shard(), command, Records.PLATFORM);
    if (outcome instanceof Outcome.Failed failed) {
      trouble = failed.code().code() + ": " + failed.detail();
      return false;
    }
    trouble = "";
    return outcome instanceof Outcome.Done;
  }

  private void record(List<DeadLetter> dead) {
    boolean passed = rewoundUntil > 0 && position + 1 >= rewoundUntil;
    boolean moved = moves.changed();
    SubscriptionCommand.Advance advance =
        new SubscriptionCommand.Advance(
            rewinds,
            after,
            stamp,
            dead,
            moved ? moves.coming() : null,
            moved ? moves.left() : null,
            passed);
    while (!sent(advance)) {
      if (!goesOn() || trouble.isEmpty()) {
        throw new Stop();
      }
      park(TROUBLE_NS);
    }
    if (passed) {
      rewoundUntil = 0;
    }
    moves.recorded();
    handled = false;
    recordedNs = parts.nowNs();
    if ((!dead.isEmpty() || moved) && !renewed()) {
      throw new Stop();
    }
  }

  /** It ends: what was handled is recorded if that is possible at once. */
  private void leave() {
    Thread.interrupted();
    if (handled && trouble.isEmpty()) {
      try {
        record(List.of());
      } catch (RuntimeException e) {
        LOG.debug("subscription {}: its cursor could not be recorded at the end", name(), e);
      }
    }
  }

  // ---- its work ----

  private void work() {
    while (goesOn()) {
      if (poked || parts.nowNs() - loadedNs > RELOAD_NS) {
        if (!renewed()) {
          return;
        }
        if (state.paused() == null) {
          replays.run(state.dead(), this::replayed);
        }
      }
      if (state.paused() != null) {
        if (handled) {
          record(List.of());
        }
        park(RELOAD_NS);
      } else if (!step()) {
        long idleNs = handled ? RECORD_NS : RECORD_IDLE_NS;
        boolean behind = after > state.after() && parts.nowNs() - recordedNs > idleNs;
        if (behind || (rewoundUntil > 0 && position + 1 >= rewoundUntil)) {
          record(List.of());
        }
        park(LOOK_NS);
      }
    }
  }

  /** Reads on and handles what there is; false if there is nothing now. */
  private boolean step() {
    if (position + 1 >= stream.end()) {
      return false;
    }
    String type = model.entity().name();
    ShardStream.Part part =
        stream.read(
            new ShardStream.Wanted(
                after,
                entity -> entity.type().equals(type),
                rewoundUntil > 0 ? state.since() : 0,
                model.options().batch()));
    List<Event> events = new ArrayList<>();
    long upTo = part.upTo();
    long upToStamp = part.stamp();
    boolean waits = false;
    for (ShardStream.Item item : part.items()) {
      if (!take(item, events)) {
        waits = true;
        upTo = item.offset() - 1;
        upToStamp = 0;
        break;
      }
    }
    if (!events.isEmpty()) {
      cursorAhead(upTo, upToStamp, part);
      int room = SubscriptionState.DEAD_MAX - state.dead().size();
      List<DeadLetter> dead = handling.handle(events, room);
      handled = true;
      reach(upTo, upToStamp, part);
      if (!dead.isEmpty()) {
        record(dead);
      }
    } else if (upTo > after) {
      reach(upTo, upToStamp, part);
    } else if (!waits && part.end() > 0) {
      position = Math.max(position, part.end() - 1);
    }
    if (moves.changed() || (handled && parts.nowNs() - recordedNs > RECORD_NS)) {
      record(List.of());
    }
    return !waits && (!events.isEmpty() || part.end() == 0);
  }

  /** Moves the cursor before anything is handled, if that is planted. */
  private void cursorAhead(long upTo, long upToStamp, ShardStream.Part part) {
    boolean recorded = parts.has(PlantedBug.CURSOR_BEFORE_HANDLER);
    if (recorded || parts.has(PlantedBug.CURSOR_LEFT_AHEAD)) {
      handled = true;
      reach(upTo, upToStamp, part);
    }
    if (recorded) {
      record(List.of());
    }
  }

  private void reach(long upTo, long upToStamp, ShardStream.Part part) {
    after = upTo;
    stamp = upToStamp;
    boolean all = part.end() > 0 && upTo == part.upTo();
    position = all ? part.end() - 1 : upTo;
  }

  /** Takes an item in; false if it has to wait for another shard's consumer. */
  private boolean take(ShardStream.Item item, List<Event> events) {
    switch (item) {
      case ShardStream.Changed changed -> {
        if (changed.change().status() == dev.perdure.runtime.record.SlotTable.Status.OWNED) {
          taken(changed.change().move(), changed.change().slots());
        }
        moves.passed(changed.change());
      }
      case ShardStream.Left left -> moves.missed(left.slot(), left.stamp());
      case ShardStream.Found found -> {
        Wanting wanting = wanted(found);
        if (wanting == Wanting.LATER) {
          return false;
        }
        if (wanting == Wanting.YES) {
          events.addAll(Event.of(found.entity(), found.record()));
        }
      }
    }
    return true;
  }

  private enum Wanting {
    YES,
    NO,
    LATER
  }

  private Wanting wanted(ShardStream.Found found) {
    long when = found.record().stamp();
    if (rewoundUntil > 0 && found.offset() < rewoundUntil) {
      return when >= state.since() ? Wanting.YES : Wanting.NO;
    }
    Coming coming = found.imported() ? moves.of(found.entity().slot(), found.offset()) : null;
    if (coming == null) {
      return Wanting.YES;
    }
    long first = coming.first();
    if (first == Coming.UNKNOWN) {
      Long said = said(coming);
      if (said == null) {
        return Wanting.LATER;
      }
      moves.known(coming, said);
      first = said;
    }
    return when >= first ? Wanting.YES : Wanting.NO;
  }

  /** What the shard that had slots says of them; null if it has not passed their leaving yet. */
  private @Nullable Long said(Coming coming) {
    SubscriptionState there = records.read(name(), coming.from()).state();
    SlotSet here =
        SlotSet.of(coming.slots())
            .only(
                slot -> shard.slots().owns(slot) && shard.slots().of(slot).move() == coming.move());
    return there == null ? null : Moves.first(there.left(), coming.move(), here);
  }

  /** Nobody needs a hand-over any more once what it is about was passed. */
  private void taken(long move, SlotSet slots) {
    for (Coming one : moves.coming()) {
      if (one.move() == move && one.first() != Coming.UNKNOWN) {
        records.send(
            name(),
            one.from(),
            new SubscriptionCommand.Taken(move, slots.toString()),
            Records.PLATFORM);
      }
    }
  }

  // ---- dead letters ----

  /** A letter was tried again. */
  private void replayed(DeadLetter letter, @Nullable String failure) {
    if (!goesOn()) {
      throw new Stop();
    }
    sent(new SubscriptionCommand.Replayed(letter.id(), failure));
    poked = true;
  }
}
