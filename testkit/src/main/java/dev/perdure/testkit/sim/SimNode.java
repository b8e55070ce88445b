package dev.perdure.testkit.sim;

import dev.perdure.api.Service;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.Checker;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A machine that runs one replica of the shard: starts, crashes, restarts with what is on disk. */
public final class SimNode implements Door {

  private static final long US = 1_000;
  private static final long MS = 1_000_000;
  private static final long IDLE_NS = 10 * MS;
  private static final long WATCH_NS = 20 * MS;

  /** So little that records leave for want of memory now and then. */
  private static final long WAITING_BYTES_MAX = 8 * 1024;

  private static final int KNOWN_BYTES = 1024;

  private final World world;
  private final int id;
  private final VirtualClock clock;
  private final SimDisk disk = new SimDisk();
  private final Deque<Long> news = new ArrayDeque<>();
  private int incarnation;
  private int codeVersion;
  private boolean up;
  private boolean cutOff;
  private boolean stepping;
  private boolean aside;
  private boolean stepDue;
  private boolean applyDue;
  private long known;
  private long applied;
  private long purged = -1;
  private long slowUntilNs;
  private int crashIn = -1;
  private @Nullable Shard shard;
  private @Nullable SimJournal journal;
  private @Nullable TypeRegistry types;

  SimNode(World world, int id) {
    this.world = world;
    this.id = id;
    this.clock = new VirtualClock(world.time(), world.chance());
  }

  int id() {
    return id;
  }

  @Override
  public String name() {
    return "n" + id;
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
  public boolean up() {
    return up;
  }

  boolean cutOff() {
    return cutOff;
  }

  void cutOff(boolean now) {
    cutOff = now;
  }

  @Override
  public VirtualClock clock() {
    return clock;
  }

  SimDisk disk() {
    return disk;
  }

  int codeVersion() {
    return codeVersion;
  }

  /** Log index up to which its replica was handed everything. */
  public long appliedIndex() {
    return applied;
  }

  /** The shard of this run. */
  public Shard shard() {
    Shard now = shard;
    if (now == null) {
      throw new IllegalStateException(name() + " is down");
    }
    return now;
  }

  @Override
  public TypeRegistry types() {
    TypeRegistry now = types;
    if (now == null) {
      throw new IllegalStateException(name() + " is down");
    }
    return now;
  }

  @Override
  public Asked<Outcome> ask(EntityCommand command, String operationId) {
    return shard().ask(command, operationId);
  }

  @Override
  public Asked<Read> read(EntityAddress address, CallContext context) {
    Asked<Shard.StateAnswer> asked = shard().ask(address, context);
    EntityModel model = types().find(address.type());
    return () -> {
      Shard.StateAnswer answer = asked.poll();
      return answer == null ? null : Read.of(answer, model);
    };
  }

  // ---- starting and stopping ----

  void start(int version) {
    incarnation++;
    up = true;
    codeVersion = version;
    stepDue = false;
    applyDue = false;
    stepping = false;
    crashIn = -1;
    news.clear();
    known = -1;
    world.trace(name() + " starts, code version " + version);
    SimStore rows = new SimStore(disk, new StorePoints());
    HistoryStore store =
        world.bugs().contains(PlantedBug.KNOWN_FORGOTTEN)
            ? HistoryStore.forgetful(rows, WAITING_BYTES_MAX, KNOWN_BYTES)
            : new HistoryStore(rows, WAITING_BYTES_MAX, KNOWN_BYTES);
    ShardState state = new ShardState(store, PlantedBug.inApply(world.bugs()));
    List<? extends Service> services = world.workload().services(version, world::deciding);
    TypeRegistry registry =
        new TypeRegistry(services, world.bugs().contains(PlantedBug.KEY_REUSED_AFTER_RENAME));
    types = registry;
    ShardParts parts =
        new ShardParts(
            state,
            registry,
            world.settings().limits(),
            clock,
            this::entropy,
            world.bugs(),
            Build.THIS::newest,
            world.sagas().movesIn(this, registry),
            new Lead());
    Shard next =
        new Shard(
            World.SHARD,
            parts,
            new SimSnapshots(world, this),
            replica -> {
              SimJournal made = new SimJournal(world, this, replica);
              journal = made;
              return made;
            });
    shard = next;
    begin(next);
    int run = incarnation;
    world.after(world.chance().between(0, IDLE_NS), () -> idle(run));
    world.after(world.chance().between(0, WATCH_NS), () -> watch(run));
  }

  private void begin(Shard next) {
    if (next.parts().state().meta().nextOffset() > 0 && world.chance().happens(0.5)) {
      int run = incarnation;
      world.probes().hit(Probe.STARTED_WITH_UNREAD_OPERATIONS);
      next.start(
          task ->
              world.after(
                  world.chance().between(MS, 2000 * MS),
                  () -> {
                    if (runs(run)) {
                      enter("operations read", task);
                    }
                  }));
    } else {
      next.start();
    }
  }

  /** Stops at once. What the disk had not taken is lost. */
  void crash() {
    if (!up) {
      return;
    }
    up = false;
    int lost = disk.crash(world.chance());
    world.probes().hit(Probe.CRASH);
    if (lost > 0) {
      world.probes().hit(Probe.WRITES_LOST_AT_CRASH);
    }
    collect();
    world.trace(name() + " crashes, " + lost + " batches not yet on disk");
    shard = null;
    journal = null;
    world.crashed(this);
  }

  private void collect() {
    Shard ending = shard;
    if (ending != null) {
      ShardFigures figures = ending.figures();
      world.probes().hit(Probe.ENTITY_RELOADED, figures.entitiesLoaded());
      ending.rareStates().forEach((name, count) -> world.rare(name, count));
    }
  }

  /** Lets its counters be seen, at the end of a run. */
  void finish() {
    if (up) {
      collect();
    }
  }

  /** Stops in the middle of what it does, at one of the next places where that matters. */
  void crashSoon(int points) {
    crashIn = points;
  }

  /** How much of a lone machine's log tail its last crash took. */
  int lostTail(int tail) {
    return world.chance().below(tail + 1);
  }

  // ---- threads ----

  /** Runs something in the shard's code; what it throws is judged here. */
  void enter(String what, Runnable body) {
    run(what, () -> world.sagas().inside(this, body));
  }

  /** The same for a thread of the machine. */
  void run(String what, Runnable body) {
    if (!up) {
      return;
    }
    try {
      body.run();
    } catch (SimCrash e) {
      world.probes().hit(Probe.CRASH_INSIDE_A_STEP);
      crash();
      world.restartLater(this);
      return;
    } catch (RuntimeException | Error e) {
      for (StackTraceElement frame : e.getStackTrace()) {
        world.trace("  at " + frame);
      }
      world.violation(Checker.ASSERTION, name(), name() + ", " + what + ": " + e);
      return;
    }
    Shard now = shard;
    if (now != null && up && now.health().state() == NodeHealth.State.FAILED) {
      if (now.health().reason().startsWith("the wall clock says")) {
        correctClock(now);
        return;
      }
      world.violation(
          Checker.ASSERTION, name(), name() + ", " + what + ": " + now.health().reason());
    }
    wake();
  }

  /** It refused to lead on a clock that is far behind; someone sets the clock and restarts it. */
  private void correctClock(Shard refused) {
    world.probes().hit(Probe.LEADERSHIP_REFUSED_FOR_CLOCK);
    long behind = refused.parts().state().meta().stamp() - clock.wallMicros();
    clock.jump(Math.max(0, behind));
    crash();
    world.restartLater(this);
  }

  /** A place where the machine may stop. */
  void point() {
    if (crashIn >= 0 && crashIn-- == 0) {
      throw new SimCrash();
    }
  }

  @Override
  public void wake() {
    if (up && !stepDue && !stepping) {
      stepDue = true;
      int run = incarnation;
      world.after(
          world.chance().delayNs(60 * US, 5 * MS),
          () -> {
            if (runs(run)) {
              stepDue = false;
              step();
            }
          });
    }
  }

  private void idle(int run) {
    if (runs(run)) {
      step();
      world.after(IDLE_NS, () -> idle(run));
    }
  }

  private void watch(int run) {
    if (runs(run)) {
      enter("watch", shard()::watch);
      world.after(WATCH_NS, () -> watch(run));
    }
  }

  private void step() {
    stepping = true;
    boolean[] worked = {false};
    enter("step", () -> worked[0] = shard().step());
    stepping = false;
    if (worked[0]) {
      wake();
    }
  }

  /** The loop's thread is at a place where the others may get ahead of it. */
  private void others() {
    if (!stepping || aside || !up || !world.chance().happens(world.settings().interleaving())) {
      return;
    }
    aside = true;
    try {
      if (applied <= known) {
        world.probes().hit(Probe.APPLIED_DURING_A_STEP);
        applyOne();
      }
      world.clientsDuring();
    } finally {
      aside = false;
    }
  }

  private long entropy() {
    others();
    return world.chance().bits();
  }

  private final class StorePoints implements SimStore.Points {
    @Override
    public void reading() {
      others();
    }

    @Override
    public void writing() {
      point();
    }
  }

  // ---- the log ----

  /** Replay begins; whatever the log no longer has cannot come. */
  void replayFrom(long index) {
    if (index > 0) {
      world.probes().hit(Probe.STARTED_FROM_SNAPSHOT);
    }
    applied = Math.max(index, purged + 1);
  }

  void purgedThrough(long index) {
    purged = Math.max(purged, index);
  }

  /** It learned how far the log is committed. */
  void committed(long upTo) {
    known = Math.max(known, upTo);
    applyLater();
  }

  void slowUntil(long ns) {
    slowUntilNs = ns;
  }

  private void applyLater() {
    if (!up || applyDue || applied > known) {
      return;
    }
    applyDue = true;
    int run = incarnation;
    boolean slow = world.nowNs() < slowUntilNs;
    world.after(
        slow ? world.chance().between(5 * MS, 60 * MS) : world.chance().delayNs(100 * US, 8 * MS),
        () -> {
          if (runs(run)) {
            applyDue = false;
            enter("apply", this::applyOne);
            applyLater();
          }
        });
  }

  private void applyOne() {
    if (applied > known) {
      return;
    }
    LogEntry entry = world.group().entry(applied);
    LogPosition position = new LogPosition(entry.term(), applied);
    SimJournal end = journal;
    if (end == null) {
      return;
    }
    applied++;
    byte[] bytes = entry.bytes();
    if (bytes == null) {
      end.replica().skip(position);
      world.group().opened(this, entry.term());
    } else {
      end.replica().apply(position, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
      world.applied(this, position.index());
    }
  }

  // ---- news of leadership ----

  /** It will hear that it does not lead. */
  void news(long newestTerm) {
    if (!up) {
      return;
    }
    news.addLast(newestTerm);
    int run = incarnation;
    long delayNs = world.chance().delayNs(20 * MS, cutOff ? 4000 * MS : 800 * MS);
    world.after(
        delayNs,
        () -> {
          if (runs(run) && !news.isEmpty()) {
            long term = news.removeFirst();
            tell(run, "follows in term " + term, replica -> replica.following(term));
          }
        });
  }

  /** It leads; what it had not yet heard of earlier terms comes first. */
  void leads(long term) {
    Replica replica = journal == null ? null : journal.replica();
    if (replica == null) {
      return;
    }
    while (!news.isEmpty()) {
      replica.following(Math.min(news.removeFirst(), term - 1));
    }
    world.trace(name() + " leads in term " + term);
    replica.leading(term);
    wake();
  }

  void tell(int run, String what, Consumer<Replica> message) {
    SimJournal end = journal;
    if (runs(run) && end != null) {
      world.trace(name() + " " + what);
      enter(what, () -> message.accept(end.replica()));
    }
  }
}
