package dev.perdure.runtime.cluster;

import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.ClusterMap.Slots;
import dev.perdure.runtime.cluster.SlotSource.Leaving;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings slots to the shards that this node leads, as the map wants it, a few at a time; and has
 * those deleted that left. It keeps nothing of its own: whoever leads the shard next compares the
 * map with the shard's log, and begins the slots anew that did not arrive.
 *
 * <p>Of a few slots: they begin to come, which deletes what an earlier attempt left; their rows are
 * copied into this shard's log; the shard that has them stops deciding for them, and what it
 * decided meanwhile is copied; they are this shard's; the map is told. How many are next follows
 * from how large the last ones were.
 *
 * <p>Moves do not wait for each other. One that the map wants to end leaves what has not arrived
 * where it is.
 *
 * <p>{@link #tick} belongs to one thread; moves run beside it.
 */
final class Mover {

  private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
  private static final long PAUSE_NS = 20_000_000;
  private static final long TOGETHER_BYTES = 1 << 20;
  private static final int TOGETHER_MAX = 64;
  private static final int GROWTH_MAX = 8;
  private static final int CLEARED_AT_ONCE = 64;
  private static final int ATTEMPTS_MAX = 50;

  private final Router.Parts parts;
  private final Replicas replicas;
  private final Consumer<ClusterCommand> map;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  /**
   * At rest.
   *
   * @param map takes what the cluster's map is to be told, and waits until it was
   */
  Mover(Router.Parts parts, Replicas replicas, Consumer<ClusterCommand> map) {
    this.parts = parts;
    this.replicas = replicas;
    this.map = map;
  }

  /** Looks once at what is to be done. */
  void tick() {
    ClusterMap now = parts.view().map();
    parts.view().look(replicas.all());
    for (ClusterMap.Placement one : now.shards()) {
      if (!one.settled()) {
        begin(one);
      }
    }
    for (ClusterMap.Move move : now.moves()) {
      Shard to = replicas.get(move.to());
      boolean begun = now.shard(move.to()).filter(ClusterMap.Placement::settled).isPresent();
      // What was begun goes on, because callers wait for it.
      if (begun && to != null && to.leads() && (goes(move) || halfway(to, move))) {
        beside("move " + move.id(), () -> bring(move.id(), to));
      }
    }
    for (Shard shard : replicas.all()) {
      int number = shard.number();
      if (isRemoved(now, number)) {
        beside(
            "shard " + number,
            () -> replicas.drop(number, () -> isRemoved(parts.view().map(), number)));
      }
      if (shard.leads() && !shard.slots().isEmpty()) {
        clear(shard, now);
      }
    }
  }

  /** A shard was added once and is not there any more: nothing ever went to it. */
  private static boolean isRemoved(ClusterMap now, int shard) {
    return shard <= now.lastShard()
        && shard != ClusterMap.SYSTEM_SHARD
        && now.shard(shard).isEmpty();
  }

  /**
   * A new shard: its founder begins its log, and who leads it says so when it has all its members.
   * Before that nothing can go there, and an operator may call it back, whatever became of the
   * founder.
   */
  private void begin(ClusterMap.Placement placement) {
    int shard = placement.shard();
    Shard here = replicas.get(shard);
    if (here == null && placement.founder().equals(parts.self())) {
      beside("shard " + shard, () -> replicas.add(shard));
    } else if (here != null && here.leads() && whole(shard)) {
      beside("shard " + shard, () -> map.accept(new ClusterCommand.Settle(shard)));
    }
  }

  private boolean goes(ClusterMap.Move move) {
    return move.ends() || whole(move.to());
  }

  /** A shard that lacks members would keep what comes less safely than the one that has it. */
  private boolean whole(int shard) {
    Membership membership = replicas.membership(shard);
    List<String> members =
        membership == null ? List.of() : membership.members().stream().map(Member::node).toList();
    return members.containsAll(parts.view().map().replicasOf(shard));
  }

  private interface Work {
    void run() throws IOException;
  }

  /** One work of a name at a time. */
  private void beside(String name, Work work) {
    if (!busy.add(name)) {
      return;
    }
    var _ =
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  try {
                    work.run();
                  } catch (IOException | RuntimeException e) {
                    LOG.info("{}: {}; tried again", name, e.toString());
                  } finally {
                    busy.remove(name);
                  }
                });
  }

  // ---- bringing ----

  private void bring(long id, Shard to) throws IOException {
    int together = 1;
    SlotSet told = SlotSet.range(1, 0);
    for (int failed = 0; to.leads() && failed < ATTEMPTS_MAX; ) {
      ClusterMap.Move move = parts.view().map().move(id).orElse(null);
      if (move == null) {
        return;
      }
      SlotSet left = Slots.set(move.slots());
      SlotSet there = left.only(slot -> is(to, slot, Status.OWNED, id));
      SlotSet news = there.only(slot -> true);
      if (!news.isEmpty() && !news.equals(told)) {
        map.accept(new ClusterCommand.Arrive(id, Slots.ranges(news)));
        told = news;
      }
      SlotSet rest = left.only(slot -> !there.has(slot));
      if (rest.isEmpty()) {
        return;
      }
      if (move.ends()) {
        leave(move, rest, to);
        return;
      }
      SlotSet next = next(to, rest, id, together);
      long bytes;
      try {
        bytes = new Bringing(parts, replicas, leaving(move, next), to).run();
      } catch (EndsMoveException e) {
        LOG.error("move {}: {}; its slots stay", id, e.getMessage());
        map.accept(new ClusterCommand.Fail(id, String.valueOf(e.getMessage())));
        return;
      }
      failed = bytes < 0 ? failed + 1 : 0;
      if (bytes < 0) {
        LockSupport.parkNanos(PAUSE_NS);
      } else {
        long fit = next.count() * TOGETHER_BYTES / Math.max(1, bytes);
        together = Math.clamp(fit, 1, Math.min(TOGETHER_MAX, GROWTH_MAX * next.count()));
      }
    }
  }

  private static boolean halfway(Shard to, ClusterMap.Move move) {
    return !Slots.set(move.slots()).only(slot -> is(to, slot, Status.COMING, move.id())).isEmpty();
  }

  /** Those first that an attempt left halfway, perhaps with their callers waiting. */
  private static SlotSet next(Shard to, SlotSet left, long id, int together) {
    SlotSet halfway = left.only(slot -> is(to, slot, Status.COMING, id));
    return halfway.isEmpty() ? left.atMost(together) : halfway;
  }

  private static boolean is(Shard shard, int slot, Status status, long move) {
    SlotTable.Slot now = shard.slots().of(slot);
    return now.status() == status && now.move() == move;
  }

  private static Leaving leaving(ClusterMap.Move move, SlotSet slots) {
    return new Leaving(move.from(), move.id(), move.to(), slots);
  }

  private void leave(ClusterMap.Move move, SlotSet rest, Shard to) throws IOException {
    if (new Bringing(parts, replicas, leaving(move, rest), to).leave()) {
      map.accept(new ClusterCommand.Stay(move.id(), Slots.ranges(rest)));
      LOG.info("slots {} stay at shard {}: {}", rest, move.from(), move.ending());
    }
  }

  // ---- clearing ----

  /** Has rows deleted of slots that left and, by the map, arrived. */
  private void clear(Shard shard, ClusterMap now) {
    long[] moves = now.moveOfSlots();
    SlotTable slots = shard.slots();
    SlotSet left =
        SlotSet.where(
            slot -> {
              SlotTable.Slot one = slots.of(slot);
              return one.status() == Status.GONE
                  && one.move() <= now.lastMove()
                  && moves[slot] != one.move();
            });
    if (left.isEmpty()) {
      return;
    }
    SlotTable.Slot first = slots.of(left.first());
    SlotSet same = left.only(slot -> slots.of(slot).move() == first.move()).atMost(CLEARED_AT_ONCE);
    Leaving gone = new Leaving(shard.number(), first.move(), first.other(), same);
    beside("rows of shard " + shard.number(), () -> clear(shard, gone));
  }

  private void clear(Shard shard, Leaving gone) {
    SlotChange cleared = SlotSource.change(gone, Status.CLEARED);
    Outcome outcome =
        shard.move(new MoveStep.Change(cleared), SlotSource.context(parts.clock())).await();
    if (!(outcome instanceof Outcome.Done)) {
      throw new UncheckedIOException(new IOException("rows could not be deleted: " + outcome));
    }
  }
}
