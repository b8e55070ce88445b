package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.Keys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a replica up with a copy of its leader's facts: the leader's shard makes an exact one, it
 * travels, the replica is closed, begins anew behind it, and is started again.
 */
final class Fetching {

  private static final long MS = 1_000_000;
  private static final long AGAIN_NS = 15 * MS;
  private static final int ATTEMPTS_MAX = 60;
  private static final Path NOWHERE = Path.of("copy");

  private final ClusterWorld world;
  private final Machine to;
  private final int shard;

  Fetching(Machine to, int shard) {
    this.world = to.world();
    this.to = to;
    this.shard = shard;
  }

  /** What came: null rows if the leader's log has everything. */
  private record Copy(
      LogPosition position,
      Members members,
      long term,
      int leader,
      @Nullable NavigableMap<byte[], byte[]> rows) {}

  /**
   * Fetches from a machine, and tells whether the replica runs afterwards. Whoever can compare what
   * comes with its own log has it from any leader that was elected, everybody else only from one
   * that a majority stands by.
   */
  void run(Machine from, Consumer<Boolean> done) {
    boolean compared = to.held(shard) != null;
    boolean[] over = {false};
    Consumer<Boolean> once =
        ok -> {
          if (!over[0]) {
            over[0] = true;
            done.accept(ok);
          }
        };
    world.network().send(to, from, () -> begin(from, compared, once));
    to.later(
        4_000 * MS,
        () -> {
          if (!over[0]) {
            world.hit(ClusterProbe.SNAPSHOT_INTERRUPTED);
          }
          once.accept(false);
        });
  }

  /** On the machine that leads. */
  private void begin(Machine from, boolean compared, Consumer<Boolean> done) {
    Held held = from.held(shard);
    Leading leading = held == null ? null : held.raft().leading();
    if (held == null || leading == null) {
      return;
    }
    if (compared) {
      if (!held.shard().leads()) {
        world.hit(ClusterProbe.COPIED_BEFORE_IT_COULD_DECIDE);
      }
      copy(from, done, 0);
    } else if (held.shard().leads()) {
      CompletableFuture<Void> confirmed = new CompletableFuture<>();
      leading.confirm(confirmed);
      var _ = confirmed.thenRun(() -> copy(from, done, 0));
    }
  }

  private void copy(Machine from, Consumer<Boolean> done, int attempt) {
    Held held = from.held(shard);
    if (held == null || held.raft().leading() == null || attempt > ATTEMPTS_MAX) {
      return;
    }
    if (held.shard().parts().state().hash().index() < 0 && held.disks().log().first() == 0) {
      answer(
          from,
          new Copy(LogPosition.NONE, Members.NONE, held.raft().disk().term(), from.id(), null),
          done);
      return;
    }
    held.keepLog(0);
    ShardState.Sealed at = seal(held);
    if (at == null || held.closed()) {
      from.later(AGAIN_NS, () -> copy(from, done, attempt + 1));
      return;
    }
    NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    rows.putAll(held.disks().rows().live());
    held.keepLog(at.position().index() + 1);
    LogDisk log = held.raft().disk();
    answer(
        from,
        new Copy(
            at.position(), log.membersUpTo(at.position().index()), log.term(), from.id(), rows),
        done);
  }

  private ShardState.@Nullable Sealed seal(Held held) {
    if (world.has(ClusterBug.COPIED_UNSEALED)) {
      return new ShardState.Sealed(held.shard().parts().state().applied(), new byte[0]);
    }
    AtomicReference<ShardState.@Nullable Sealed> sealed = new AtomicReference<>();
    held.machine().enter("copy", () -> sealed.set(held.shard().copyTo(NOWHERE, -1, 0)));
    return sealed.get();
  }

  private void answer(Machine from, Copy copy, Consumer<Boolean> done) {
    long travelNs = world.chance().delayNs(20 * MS, 900 * MS);
    from.later(
        travelNs,
        () ->
            world
                .network()
                .send(from, to, () -> to.enter("install", () -> done.accept(install(copy)))));
  }

  /** On the machine that wants it; true if the replica runs now. */
  private boolean install(Copy copy) {
    Held open = to.held(shard);
    Held.Disks disks = to.disks(shard);
    boolean resumed = disks.unfinished();
    if (open != null) {
      open.close();
      to.forget(shard);
    }
    LogDisk log = disks.log();
    long term = log.termAt(copy.position.index());
    boolean ahead = !resumed && log.last() > copy.position.index();
    if (ahead && term < 0) {
      world.hit(ClusterProbe.SNAPSHOT_TOO_OLD);
      to.open(shard);
      return false;
    }
    // What it promised to another leader behind the snapshot must not be forgotten.
    boolean keepsLog = ahead && term == copy.position.term();
    if (ahead) {
      world.hit(keepsLog ? ClusterProbe.LOG_KEPT : ClusterProbe.TAIL_DROPPED);
    }
    NavigableMap<byte[], byte[]> rows = copy.rows == null ? null : flawed(copy.rows);
    disks.replaceBy(
        new Held.Replacement(
            copy.position, rows, keepsLog ? null : copy.members, copy.term, copy.leader));
    to.point();
    disks.replace(to::point);
    world.hit(ClusterProbe.SNAPSHOT_FETCHED);
    world.trace(
        to.name()
            + "/"
            + shard
            + " begins behind "
            + copy.position.index()
            + " of "
            + world.machine(copy.leader).name());
    to.open(shard);
    return true;
  }

  private NavigableMap<byte[], byte[]> flawed(NavigableMap<byte[], byte[]> rows) {
    if (world.has(ClusterBug.INSTALLED_WITHOUT_TOTALS)) {
      rows.remove(Keys.totals());
    }
    return rows;
  }
}
