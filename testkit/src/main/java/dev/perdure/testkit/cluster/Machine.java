package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.sim.Door;
import dev.perdure.testkit.sim.SimCrash;
import dev.perdure.testkit.sim.SimStore;
import dev.perdure.testkit.sim.VirtualClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A node: its disk, its clock, its build, and the replicas that it runs. */
final class Machine implements Door {

  private static final long MS = 1_000_000;

  private final ClusterWorld world;
  private final int id;
  private final VirtualClock clock;
  private final double drift;
  private final Map<Integer, Held.Disks> disks = new TreeMap<>();
  private final Map<Integer, Held> replicas = new TreeMap<>();
  private final List<Runnable> backlog = new ArrayList<>();
  private final List<Saved> earlier = new ArrayList<>();
  private Saved saved = Saved.NOTHING;
  private Steward steward;
  private TypeRegistry types;
  private Build build;
  private int level;
  private int incarnation;
  private boolean up;
  private boolean dead;
  private boolean frozen;
  private boolean lies;
  private long slowUntilNs;
  private long forceMaxNs = MS;
  private long inOrderAtNs;
  private int crashIn = -1;

  Machine(ClusterWorld world, int id, Build build) {
    this.world = world;
    this.id = id;
    this.build = build;
    this.level = id == 0 ? build.newest() : Build.FIRST_LEVEL;
    this.clock = new VirtualClock(world.time(), world.chance());
    this.drift = 1 + world.chance().between(-10, 10) / 1000.0;
    this.types = world.types(1);
    this.steward = new Steward(this);
  }

  /** The newest map that it knew, for its next start. */
  record Saved(long version, ClusterMap map) {
    static final Saved NOTHING = new Saved(0, ClusterMap.NONE);
  }

  Saved saved() {
    return saved;
  }

  /** It is not forced: a crash may leave any of those before. */
  void save(long version, ClusterMap map) {
    earlier.add(saved);
    saved = new Saved(version, map);
  }

  ClusterWorld world() {
    return world;
  }

  int id() {
    return id;
  }

  @Override
  public String name() {
    return "n" + id;
  }

  @Override
  public boolean up() {
    return up;
  }

  /** True if it never comes back. */
  boolean dead() {
    return dead;
  }

  @Override
  public int incarnation() {
    return incarnation;
  }

  @Override
  public boolean runs(int inIncarnation) {
    return up && incarnation == inIncarnation;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  void setWallClock(long byMicros) {
    clock.jump(byMicros);
  }

  /** Time by its own clock, which is a little fast or slow. */
  long nowNs() {
    return (long) (world.nowNs() * drift);
  }

  @Override
  public TypeRegistry types() {
    return types;
  }

  Build build() {
    return build;
  }

  /** The level that its disk says. */
  int level() {
    return level;
  }

  void raise(int to) {
    level = Math.max(level, to);
  }

  Steward steward() {
    return steward;
  }

  // ---- its threads ----

  /** Runs something later, if it still runs then. */
  void later(long delayNs, Runnable action) {
    int run = incarnation;
    world.after(
        delayNs,
        () -> {
          if (runs(run)) {
            receive(action);
          }
        });
  }

  /** Runs things later in the order in which they were given. */
  void inOrder(long delayNs, Runnable action) {
    inOrderAtNs = Math.max(inOrderAtNs, world.nowNs() + delayNs);
    later(inOrderAtNs - world.nowNs(), action);
  }

  /** A message or a timer; while it is frozen it waits. */
  void receive(Runnable action) {
    if (!up) {
      return;
    }
    if (frozen) {
      backlog.add(action);
    } else {
      enter("", action);
    }
  }

  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
    List<Runnable> due = List.copyOf(backlog);
    backlog.clear();
    due.forEach(this::receive);
  }

  boolean frozen() {
    return frozen;
  }

  /** Runs production code; what it throws is judged here. */
  void enter(String what, Runnable body) {
    if (!up) {
      return;
    }
    try {
      body.run();
    } catch (SimCrash e) {
      world.hit(ClusterProbe.CRASH_INSIDE_A_STEP);
      crash();
      world.restartLater(this);
    } catch (RuntimeException | Error e) {
      world.failed(name() + " " + what, e);
    }
  }

  /** A place where it may stop. */
  void point() {
    if (crashIn >= 0 && crashIn-- == 0) {
      throw new SimCrash();
    }
  }

  void crashSoon(int points) {
    crashIn = points;
  }

  // ---- its disk ----

  Held.Disks disks(int shard) {
    return disks.computeIfAbsent(shard, any -> new Held.Disks());
  }

  /** How long it takes to force what was written. */
  long forceNs() {
    return world.chance().delayNs(forceMaxNs / 2, forceMaxNs * 3);
  }

  void slowDisk(long forceNs) {
    forceMaxNs = forceNs;
  }

  void slowToApply(long untilNs) {
    slowUntilNs = untilNs;
  }

  boolean slowToApply() {
    return world.nowNs() < slowUntilNs;
  }

  void lie(boolean now) {
    lies = now;
  }

  boolean lies() {
    return lies;
  }

  /** Its disk is replaced by an empty one; it keeps its name. */
  void erase() {
    disks.clear();
    earlier.clear();
    saved = Saved.NOTHING;
    level = world.mapLevel();
  }

  // ---- starting and stopping ----

  /** Starts with a build and a version of the services' code. */
  void start(Build with, int codeVersion) {
    if (dead || up) {
      return;
    }
    if (with.supports(level)) {
      build = with; // any other refuses to start on this disk
    }
    incarnation++;
    up = true;
    frozen = false;
    crashIn = -1;
    inOrderAtNs = 0;
    types = world.types(codeVersion);
    steward = new Steward(this);
    world.trace(name() + " starts, " + build + ", code version " + codeVersion);
    for (int shard : List.copyOf(disks.keySet())) {
      Held.Disks of = disks(shard);
      if (of.replace(() -> {})) {
        world.hit(ClusterProbe.REPLACED_AFTER_A_CRASH);
      }
      boolean there = of.log().last() >= 0 || !of.log().members().now().isEmpty();
      if (of.unfinished()) {
        steward.unfinished(shard);
      } else if (there) {
        enter("start", () -> open(shard));
      }
    }
    if (world.has(ClusterBug.ERASED_MEMBER_VOTES)) {
      for (int shard : world.placedOn(name())) {
        if (!replicas.containsKey(shard)) {
          enter("start", () -> open(shard));
        }
      }
    }
    steward.start();
  }

  /** Opens a replica with what its files hold, and starts it; one that lost entries stays shut. */
  void open(int shard) {
    Held.Disks of = disks(shard);
    long stored = stored(of).index();
    long must = Math.max(stored, Math.max(of.log().mark(), of.rows().newestSnapshot().index()));
    if (of.log().last() < must) {
      world.hit(ClusterProbe.LOST_ENTRIES_SEEN);
      world.trace(
          name()
              + "/"
              + shard
              + " is not started: its log ends at "
              + of.log().last()
              + ", but it reached "
              + must);
      return;
    }
    Held held =
        new Held(this, shard, shard == ClusterMap.SYSTEM_SHARD ? MapMessage.types() : types);
    replicas.put(shard, held);
    held.start();
  }

  private LogPosition stored(Held.Disks of) {
    SimStore store = new SimStore(of.rows(), new Unwatched());
    return new ShardState(new HistoryStore(store, 1024, 1024)).storedUpTo();
  }

  private static final class Unwatched implements SimStore.Points {
    @Override
    public void reading() {
      // It is only looked at.
    }

    @Override
    public void writing() {
      throw new IllegalStateException("it is only looked at");
    }
  }

  /** Stops at once. What its disk had not taken is lost. */
  void crash() {
    if (!up) {
      return;
    }
    if (lies && !world.wholeness().bearsLoss()) {
      disks.values().forEach(of -> of.log().cameTrue()); // more would be lost than can be
    }
    up = false;
    frozen = false;
    backlog.clear();
    world.trace(name() + " crashes");
    world.hit(ClusterProbe.CRASH);
    replicas.values().forEach(Held::vanish);
    replicas.clear();
    if (!earlier.isEmpty() && world.chance().happens(0.3)) {
      saved = world.chance().of(earlier);
      world.hit(ClusterProbe.OLD_MAP_AT_START);
    }
    for (Held.Disks of : disks.values()) {
      var _ = of.rows().crash(world.chance());
      int lost = of.log().crash(world.chance());
      if (lost > 0) {
        world.hit(ClusterProbe.FORCED_ENTRIES_LOST);
        world.trace(name() + " lost " + lost + " entries that were forced");
      }
    }
  }

  /** It burns down. */
  void die() {
    crash();
    dead = true;
    disks.clear();
  }

  // ---- its replicas ----

  @Nullable Held held(int shard) {
    return replicas.get(shard);
  }

  Collection<Held> replicas() {
    return List.copyOf(replicas.values());
  }

  void forget(int shard) {
    replicas.remove(shard);
  }

  @Nullable Raft raft(int shard) {
    Held held = replicas.get(shard);
    return held == null ? null : held.raft();
  }

  /** Begins a shard as its only member. */
  void found(int shard) {
    disks(shard).log().found(id);
    open(shard);
  }

  /** The replica goes, with its files; its term and vote stay. */
  void drop(int shard) {
    Held held = replicas.remove(shard);
    if (held != null) {
      held.close();
    }
    disks(shard).drop();
  }

  void leftBehind(int shard, String leader) {
    steward.leftBehind(shard, leader);
  }

  // ---- its clients ----

  @Override
  public Asked<Outcome> ask(EntityCommand command, String operationId) {
    return new Routed<>(
        this,
        new Routed.Request<>(
            command.address(),
            command.context(),
            (held, context) -> held.ask(command, operationId, context),
            failed -> failed));
  }

  @Override
  public Asked<Read> read(EntityAddress address, CallContext context) {
    return new Routed<>(
        this,
        new Routed.Request<>(
            address,
            context,
            (held, there) -> held.read(address, there),
            failed -> new Read(failed, null)));
  }

  @Override
  public void wake() {
    replicas.values().forEach(Held::wake);
  }
}
