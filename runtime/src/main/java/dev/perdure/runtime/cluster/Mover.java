package dev.perdure.runtime.cluster;

import dev.perdure.journal.Member;
import dev.perdure.journal.Membership;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Entities;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings slots to the shards that this node leads, as the map wants it, a few at a time; and has
 * those deleted that left. It keeps nothing of its own: whoever leads the shard next compares the
 * map with the shard's log, and begins the slots anew that did not arrive.
 *
 * <p>Of a few slots: they begin to come, which deletes what an earlier attempt left; the shard that
 * has them stops deciding for them; their rows, now final, are copied into this shard's log; they
 * are this shard's; the map is told. Between the second and the fourth step their callers wait, so
 * how many are next follows from how large the last ones were.
 *
 * <p>{@link #tick} belongs to one thread; moves run beside it.
 */
final class Mover {

  private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
  private static final long MS = 1_000_000;
  private static final long PAUSE_NS = 20 * MS;
  private static final long TOGETHER_BYTES = 1 << 20;
  private static final int TOGETHER_MAX = 64;
  private static final int GROWTH_MAX = 8;
  private static final int CLEARED_AT_ONCE = 64;
  private static final int ATTEMPTS_MAX = 50;

  private final Router.Parts parts;
  private final Replicas replicas;
  private final Consumer<ClusterCommand> map;
  private final Clock clock;
  private final Set<Integer> busy = ConcurrentHashMap.newKeySet();

  /**
   * At rest.
   *
   * @param map takes what the cluster's map is to be told, and waits until it was
   */
  Mover(Router.Parts parts, Replicas replicas, Consumer<ClusterCommand> map) {
    this.parts = parts;
    this.replicas = replicas;
    this.map = map;
    this.clock = parts.clock();
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
      // What was begun goes on, because callers wait for it.
      if (to != null && to.leads() && (whole(move.to()) || halfway(to, move))) {
        beside(move.to(), () -> bring(move.id(), to));
      }
    }
    for (Shard shard : replicas.all()) {
      if (shard.leads() && !shard.slots().isEmpty()) {
        clear(shard, now);
      }
    }
  }

  /** A new shard: its founder begins its log, and who leads it first says so. */
  private void begin(ClusterMap.Placement placement) {
    Shard here = replicas.get(placement.shard());
    if (here == null && placement.founder().equals(parts.self())) {
      beside(placement.shard(), () -> replicas.add(placement.shard()));
    } else if (here != null && here.leads()) {
      beside(placement.shard(), () -> map.accept(new ClusterCommand.Settle(placement.shard())));
    }
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

  private void beside(int shard, Work work) {
    if (!busy.add(shard)) {
      return;
    }
    var _ =
        Thread.ofVirtual()
            .name("slots-to-" + shard)
            .start(
                () -> {
                  try {
                    work.run();
                  } catch (IOException | RuntimeException e) {
                    LOG.info("slots to shard {}: {}; tried again", shard, e.toString());
                  } finally {
                    busy.remove(shard);
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
      SlotSet next = next(to, left.only(slot -> !there.has(slot)), id, together);
      if (next.isEmpty()) {
        return;
      }
      long bytes = bring(new Leaving(move.from(), id, move.to(), next), to);
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

  /** Brings a few slots; how many bytes their rows have, or -1 if they did not arrive. */
  private long bring(Leaving leaving, Shard to) throws IOException {
    Outcome began = change(to, leaving, Status.COMING, 0);
    if (!(began instanceof Outcome.Done begun)) {
      return failed(leaving, "could not begin to come", began);
    }
    long frozenNs = clock.monotonicNs();
    Outcome frozen = freeze(leaving);
    if (!(frozen instanceof Outcome.Done)) {
      return failed(leaving, "did not leave", frozen);
    }
    long bytes = 0;
    Entities.Waiting written = null;
    byte[] after = {};
    do {
      SlotPage page = page(leaving, after);
      Outcome before = written == null ? null : written.await();
      if (before instanceof Outcome.Failed) {
        return failed(leaving, "were not written", before);
      }
      var rows = new MoveStep.Rows(leaving.move(), begun.version(), page.parsed());
      written = to.move(rows, SlotSource.context(clock));
      after = page.next();
      bytes += page.bytes();
    } while (after.length > 0);
    Outcome last = written.await();
    if (!(last instanceof Outcome.Done)) {
      return failed(leaving, "were not written", last);
    }
    Outcome owned = change(to, leaving, Status.OWNED, begun.version());
    if (!(owned instanceof Outcome.Done)) {
      return failed(leaving, "did not arrive", owned);
    }
    parts.view().look(replicas.all());
    LOG.info(
        "slots {} went from shard {} to {}: {} bytes, callers waited {} ms",
        leaving.slots(),
        leaving.from(),
        leaving.to(),
        bytes,
        (clock.monotonicNs() - frozenNs) / MS);
    return bytes;
  }

  private static long failed(Leaving leaving, String what, @Nullable Outcome why) {
    LOG.info("slots {} to shard {} {}: {}", leaving.slots(), leaving.to(), what, why);
    return -1;
  }

  private Outcome change(Shard shard, Leaving leaving, Status status, long since) {
    int other = shard.number() == leaving.to() ? leaving.from() : leaving.to();
    SlotChange wanted = new SlotChange(status, leaving.move(), other, since, leaving.slots());
    return shard.move(new MoveStep.Change(wanted), SlotSource.context(clock)).await();
  }

  private Outcome freeze(Leaving leaving) throws LinkException {
    Shard here = replicas.get(leaving.from());
    if (here != null && here.leads()) {
      return change(here, leaving, Status.GONE, 0);
    }
    ByteWriter question = new ByteWriter(64).u8(Messages.FREEZE);
    leaving.write(question);
    byte[] answer =
        parts.links().ask(leader(leaving.from()), question.toBytes(), SlotSource.STEP_MAX);
    return Messages.outcome(new ByteReader(answer, "answer of another node"));
  }

  private String leader(int shard) throws LinkException {
    Shard here = replicas.get(shard);
    String node = here == null ? null : here.otherLeader();
    node = node == null ? parts.view().leader(shard) : node;
    String address = node == null ? null : parts.view().addressOf(node);
    if (address == null) {
      throw new LinkException("shard " + shard + " has no leader that is known");
    }
    return address;
  }

  /** From this node's own replica if that is far enough, else from the leader's. */
  private SlotPage page(Leaving leaving, byte[] after) throws LinkException {
    Shard here = replicas.get(leaving.from());
    if (here != null && SlotSource.left(here, leaving)) {
      return SlotSource.local(here, leaving, after);
    }
    ByteWriter question = new ByteWriter(128).u8(Messages.PAGE);
    leaving.write(question);
    byte[] answer =
        parts
            .links()
            .ask(leader(leaving.from()), question.blob(after).toBytes(), SlotSource.STEP_MAX);
    return SlotPage.of(answer);
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
    beside(shard.number(), () -> clear(shard, gone));
  }

  private void clear(Shard shard, Leaving gone) {
    Outcome outcome = change(shard, gone, Status.CLEARED, 0);
    if (!(outcome instanceof Outcome.Done)) {
      throw new UncheckedIOException(new IOException("rows could not be deleted: " + outcome));
    }
  }
}
