package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.Keys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
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

  /** Fetches from a machine, and tells whether the replica runs afterwards. */
  void run(Machine from, Consumer<Boolean> done) {
    boolean[] over = {false};
    Consumer<Boolean> once =
        ok -> {
          if (!over[0]) {
            over[0] = true;
            done.accept(ok);
          }
        };
    world.network().send(to, from, () -> copy(from, once, 0));
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
    boolean ahead = !resumed && disks.log().last() > copy.position.index();
    if (ahead) {
      // Another leader reached it meanwhile: what it promised to that one must not be forgotten.
      world.hit(ClusterProbe.SNAPSHOT_TOO_OLD);
      to.open(shard);
      return false;
    }
    disks.unfinished(true);
    to.point();
    NavigableMap<byte[], byte[]> rows = copy.rows;
    if (rows == null) {
      disks.rows().erase();
    } else {
      disks.rows().adopt(copy.position, flawed(rows));
    }
    to.point();
    disks.log().beginBehind(copy.position, copy.members, copy.term, copy.leader);
    disks.unfinished(false);
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
