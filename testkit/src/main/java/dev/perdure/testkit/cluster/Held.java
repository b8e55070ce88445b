package dev.perdure.testkit.cluster;

import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.testkit.sim.Door;
import dev.perdure.testkit.sim.SimDisk;
import dev.perdure.testkit.sim.SimStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A replica that a machine runs: the production shard, driven by the model of Raft. */
final class Held implements Raft.Events {

  private static final long US = 1_000;
  private static final long MS = 1_000_000;
  private static final long IDLE_NS = 40 * MS;
  private static final long WATCH_NS = 40 * MS;
  private static final long WAITING_BYTES_MAX = 8 * 1024;
  private static final long LOG_KEPT_NS = 5_000 * MS;

  private final Machine machine;
  private final ClusterWorld world;
  private final int number;
  private final Disks disks;
  private final TypeRegistry types;
  private final Shard shard;
  private final Raft raft;
  private final Deque<Long> news = new ArrayDeque<>();
  private boolean closed;
  private boolean stepping;
  private boolean stepDue;
  private boolean applyDue;
  private long applied;
  private long told;
  private long keptFrom = Long.MAX_VALUE;
  private long keptUntilNs;

  /**
   * What takes the place of a replica's state.
   *
   * @param rows null if the leader's log has everything
   * @param members null if the log stays
   */
  record Replacement(
      LogPosition position,
      @Nullable NavigableMap<byte[], byte[]> rows,
      @Nullable Members members,
      long term,
      int leader) {}

  /** A machine's files of one shard. */
  static final class Disks {
    private final SimDisk rows = new SimDisk();
    private LogDisk log = new LogDisk();
    private boolean unfinished;
    private @Nullable Replacement replacement;

    SimDisk rows() {
      return rows;
    }

    LogDisk log() {
      return log;
    }

    boolean unfinished() {
      return unfinished;
    }

    /** It is to be brought up anew. */
    void begin() {
      drop();
      unfinished = true;
    }

    /** Everything of a replacement is here. */
    void replaceBy(Replacement by) {
      unfinished = true;
      replacement = by;
    }

    /** Puts it in place of what there was; false if there is none. */
    boolean replace(Runnable point) {
      Replacement by = replacement;
      if (by == null) {
        return false;
      }
      if (by.rows == null) {
        rows.erase();
      } else {
        rows.adopt(by.position, new TreeMap<>(by.rows));
      }
      point.run();
      if (by.members != null) {
        log.beginBehind(by.position, by.members, by.term, by.leader);
      }
      unfinished = false;
      replacement = null;
      return true;
    }

    /** Everything goes but the term and the vote. */
    void drop() {
      rows.erase();
      LogDisk next = new LogDisk();
      next.promise(log.term(), log.vote());
      log = next;
      unfinished = false;
      replacement = null;
    }
  }

  Held(Machine machine, int number, TypeRegistry types) {
    this.machine = machine;
    this.world = machine.world();
    this.number = number;
    this.types = types;
    this.disks = machine.disks(number);
    SimStore store = new SimStore(disks.rows, new Points());
    ShardState state =
        new ShardState(
            new HistoryStore(store, WAITING_BYTES_MAX, 1024),
            PlantedBug.inApply(world.shardBugs()));
    ShardParts parts =
        new ShardParts(
            state,
            types,
            world.limits(),
            machine.clock(),
            world.chance()::bits,
            world.shardBugs(),
            machine::level,
            new Wakes(shard -> null),
            new Lead());
    this.raft = new Raft(machine, number, disks, this);
    this.shard = new Shard(number, parts, new Snapshotting(this), End::new);
    shard.onLeftBehind(leader -> machine.leftBehind(number, leader));
  }

  void start() {
    shard.start();
    raft.start();
    machine.later(world.chance().between(0, IDLE_NS), this::idle);
    machine.later(world.chance().between(0, WATCH_NS), this::watch);
  }

  Machine machine() {
    return machine;
  }

  int number() {
    return number;
  }

  Shard shard() {
    return shard;
  }

  Raft raft() {
    return raft;
  }

  TypeRegistry types() {
    return types;
  }

  Disks disks() {
    return disks;
  }

  boolean closed() {
    return closed;
  }

  /** Index of the next entry to be applied. */
  long applied() {
    return applied;
  }

  /** It runs no more; its files stay. */
  void close() {
    if (!closed) {
      closed = true;
      world.gone(this);
      raft.close();
      shard.close();
    }
  }

  /** Its machine stops: nothing is closed in order. */
  void vanish() {
    closed = true;
    world.gone(this);
    raft.close();
  }

  /** Keeps the log from an index on for a while, for who begins behind a snapshot. */
  void keepLog(long fromIndex) {
    keptFrom = fromIndex;
    keptUntilNs = machine.nowNs() + LOG_KEPT_NS;
  }

  void purge() {
    long upTo = shard.snapshot().index() - world.entriesKept();
    if (machine.nowNs() < keptUntilNs) {
      upTo = Math.min(upTo, keptFrom - 1);
    }
    disks.log.purge(Math.min(upTo, applied - 1));
  }

  /** Asks the shard with what came over the network, as this machine's code reads it. */
  @Nullable Asked<Outcome> ask(EntityCommand command, String operationId, CallContext context) {
    EntityModel model = types.stored(command.address().type());
    if (model == null || !model.hasCommand(command.body().command())) {
      return null;
    }
    CommandBody body = model.body(command.body().command(), command.body().json());
    return shard.ask(
        new EntityCommand(
            command.address(), body, command.operationId(), command.precondition(), context),
        operationId);
  }

  Asked<Door.Read> read(EntityAddress address, CallContext context) {
    Asked<Shard.StateAnswer> asked = shard.ask(address, context);
    return () -> {
      Shard.StateAnswer answer = asked.poll();
      return answer == null ? null : Door.Read.of(answer, types.stored(address.type()));
    };
  }

  // ---- steps ----

  private void enter(String what, Runnable body) {
    if (!closed) {
      machine.enter(number + " " + what, body);
      NodeHealth.Shard health = shard.health();
      if (!closed && health.state() == NodeHealth.State.FAILED) {
        world.broken(raft.name() + ", " + what + ": " + health.reason());
      }
      wake();
    }
  }

  void wake() {
    if (!closed && !stepDue && !stepping) {
      stepDue = true;
      machine.later(
          world.chance().delayNs(60 * US, 3 * MS),
          () -> {
            stepDue = false;
            step();
          });
    }
  }

  private void idle() {
    if (!closed) {
      step();
      machine.later(IDLE_NS, this::idle);
    }
  }

  private void watch() {
    if (!closed) {
      enter("watch", shard::watch);
      machine.later(WATCH_NS, this::watch);
    }
  }

  private void step() {
    if (closed) {
      return;
    }
    boolean[] worked = {false};
    stepping = true;
    enter("step", () -> worked[0] = shard.step());
    stepping = false;
    if (worked[0]) {
      wake();
    }
  }

  // ---- the log ----

  @Override
  public void committed(long index) {
    applyLater();
  }

  private void applyLater() {
    if (closed || applyDue || applied > raft.committed()) {
      return;
    }
    applyDue = true;
    machine.later(
        machine.slowToApply()
            ? world.chance().between(5 * MS, 50 * MS)
            : world.chance().delayNs(80 * US, 4 * MS),
        () -> {
          applyDue = false;
          enter("apply", this::applyOne);
          applyLater();
        });
  }

  private void applyOne() {
    if (applied > raft.committed()) {
      return;
    }
    Entry entry = disks.log.entry(applied);
    LogPosition position = new LogPosition(entry.term(), applied);
    applied++;
    byte[] bytes = entry.bytes();
    if (bytes == null) {
      shard.skip(position);
    } else {
      shard.apply(position, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
      world.applied(this, position, bytes);
    }
    Leading leading = raft.leading();
    if (leading != null && position.index() == leading.openingIndex()) {
      leads(leading.term());
    }
  }

  private void leads(long term) {
    while (!news.isEmpty()) {
      shard.following(Math.min(news.removeFirst(), term - 1));
    }
    told = term;
    world.trace(raft.name() + " leads in term " + term);
    shard.leading(term);
  }

  @Override
  public void following(long term) {
    news.addLast(term);
    machine.later(
        world.chance().delayNs(5 * MS, 700 * MS),
        () -> {
          if (!closed && !news.isEmpty()) {
            long newest = news.removeFirst();
            enter("follows", () -> shard.following(newest));
          }
        });
  }

  @Override
  public void appendFailed(long term) {
    enter("append failed", () -> shard.appendFailed(term, new IllegalStateException("simulated")));
  }

  @Override
  public void left(int leader, long firstIndex) {
    world.hit(ClusterProbe.LEFT_BEHIND);
    enter("left", () -> shard.left(world.machine(leader).name(), firstIndex));
  }

  private final class Points implements SimStore.Points {
    @Override
    public void reading() {
      // Nothing happens meanwhile: the simulator of one shard sees to that.
    }

    @Override
    public void writing() {
      machine.point();
    }
  }

  /** The shard's end of its log. */
  private final class End implements Journal {
    private final Replica replica;

    End(Replica replica) {
      this.replica = replica;
    }

    @Override
    public void start() {
      applied = replica.snapshot().index() + 1;
    }

    @Override
    public void append(long term, byte[] entry) {
      machine.point();
      raft.propose(term, entry);
    }

    @Override
    public boolean leads(long term) {
      return raft.leadsIn(term)
          && told == term
          && disks.log.members().all().equals(java.util.List.of(machine.id()));
    }

    @Override
    public CompletionStage<Void> confirmLeadership(long term) {
      return raft.confirm(term);
    }

    @Override
    public @Nullable String otherLeader() {
      int leader = raft.leader();
      return leader < 0 || leader == machine.id() ? null : world.machine(leader).name();
    }

    @Override
    public void snapshotTaken() {
      purge();
    }

    @Override
    public JournalStatus status() {
      JournalStatus.Role role =
          raft.leading() != null ? JournalStatus.Role.LEADER : JournalStatus.Role.FOLLOWER;
      return new JournalStatus(
          role, disks.log.term(), disks.log.last(), raft.committed(), applied - 1, 0, 0);
    }

    @Override
    public void close() {
      // The replica's own closing ends it.
    }
  }
}
