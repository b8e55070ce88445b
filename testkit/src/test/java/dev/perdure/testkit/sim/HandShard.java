package dev.perdure.testkit.sim;

import dev.perdure.api.Service;
import dev.perdure.journal.Journal;
import dev.perdure.journal.JournalStatus;
import dev.perdure.journal.LogPosition;
import dev.perdure.journal.Replica;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.history.HistoryStore;
import dev.perdure.runtime.inspect.EntryText;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.Lead;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.shard.ShardParts;
import dev.perdure.runtime.shard.SnapshotTaker;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.LockListener;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.testkit.check.FactsCheck;
import dev.perdure.testkit.check.ReferenceLog;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A shard of one replica on a simulated disk, whose log is moved on by hand: an append enters it
 * later, or is lost; an entry is applied later; the machine stops and starts with what its disk
 * has.
 */
final class HandShard {

  private static final long WAITING_BYTES_MAX = 8 * 1024;

  private final int number;
  private final Chance chance;
  private final Clock clock;
  private final SimSettings settings;
  private final Set<PlantedBug> bugs;
  private final SimDisk disk = new SimDisk();
  private final List<LogEntry> log = new ArrayList<>();
  private final Deque<byte[]> appended = new ArrayDeque<>();
  private final TypeRegistry types;
  private final @Nullable LockListener locks;
  private final @Nullable Cast cast;
  private long term;
  private int applied;
  private int life;
  private Shard shard;
  private @Nullable Replica replica;
  private @Nullable Runnable snapshot;
  private long clearedAgain;

  /**
   * What all shards of a run share.
   *
   * @param locks is told of entities that transactions hold for long; null if there are none
   * @param cast who is told of wakes; null if nobody is
   */
  record Shared(
      SimSettings settings,
      Clock clock,
      Chance chance,
      Set<PlantedBug> bugs,
      Service service,
      @Nullable LockListener locks,
      @Nullable Cast cast) {}

  /** Who plays on the machine of a shard. */
  interface Cast {
    /** The machine starts. */
    void enters(HandShard shard, Wakes wakes);

    /** The next number of an order over all logs. */
    long tick();
  }

  HandShard(int number, Shared shared) {
    this.number = number;
    this.settings = shared.settings;
    this.clock = shared.clock;
    this.chance = shared.chance;
    this.bugs = shared.bugs;
    this.types = new TypeRegistry(List.of(shared.service));
    this.locks = shared.locks;
    this.cast = shared.cast;
    this.shard = start();
  }

  Shard shard() {
    return shard;
  }

  TypeRegistry types() {
    return types;
  }

  int number() {
    return number;
  }

  /** Entries that deleted a slot's rows, and were applied over a store that had more already. */
  long clearedAgain() {
    return clearedAgain;
  }

  private Shard start() {
    life++;
    applied = 0;
    appended.clear();
    snapshot = null;
    HistoryStore store =
        new HistoryStore(new SimStore(disk, new Unwatched()), WAITING_BYTES_MAX, 1024);
    Wakes wakes = new Wakes(any -> null);
    if (locks != null) {
      wakes.resolveBy(locks);
    }
    if (cast != null) {
      cast.enters(this, wakes);
    }
    ShardParts parts =
        new ShardParts(
            new ShardState(store),
            types,
            settings.limits(),
            clock,
            chance::bits,
            bugs,
            Build.THIS::newest,
            wakes,
            new Lead());
    Shard next = new Shard(number, parts, new ByHand(), Log::new);
    shard = next;
    next.start();
    term++;
    log.add(new LogEntry(term, null));
    return next;
  }

  /** The machine stops: appends that had not entered the log are lost, as are rows in memory. */
  void crash() {
    while (!appended.isEmpty() && chance.happens(0.5)) {
      enter();
    }
    var _ = disk.crash(chance);
    shard = start();
  }

  private void enter() {
    LogEntry entry = new LogEntry(term, appended.removeFirst());
    if (cast != null) {
      entry.committed(cast.tick());
    }
    log.add(entry);
  }

  /** One small thing happens. */
  void act() {
    switch (chance.below(6)) {
      case 0, 1 -> {
        if (!appended.isEmpty()) {
          enter();
        }
      }
      case 2, 3 -> apply();
      case 4 -> shard.watch();
      default -> shard.step();
    }
    if (snapshot != null && chance.happens(0.05)) {
      Runnable taken = snapshot;
      snapshot = null;
      taken.run();
    }
  }

  /** An append fails; those behind it never enter the log, or all of them do. */
  void failAppend() {
    if (appended.isEmpty() || replica == null) {
      return;
    }
    while (!appended.isEmpty() && chance.happens(0.5)) {
      enter();
    }
    appended.clear();
    replica.appendFailed(term, new IllegalStateException("simulated"));
  }

  private void apply() {
    Replica to = replica;
    if (to == null || applied >= log.size()) {
      return;
    }
    LogEntry entry = log.get(applied);
    LogPosition position = new LogPosition(entry.term(), applied++);
    byte[] bytes = entry.bytes();
    if (bytes != null) {
      boolean again = !shard.parts().state().stored(position);
      clearedAgain += again && clears(bytes) ? 1 : 0;
      to.apply(position, ByteBuffer.wrap(bytes));
    } else {
      to.skip(position);
      if (entry.term() == term) {
        to.leading(term);
      }
    }
    NodeHealth.Shard health = shard.health();
    if (health.state() == NodeHealth.State.FAILED) {
      throw new IllegalStateException("shard " + number + ": " + health.reason());
    }
  }

  private static boolean clears(byte[] entry) {
    return EntryText.of(entry).records().stream()
        .anyMatch(line -> line.contains(" coming ") || line.contains(" cleared "));
  }

  /** Everything that was asked is done, and applied. */
  void settle() {
    do {
      while (!appended.isEmpty()) {
        enter();
      }
      while (applied < log.size()) {
        apply();
      }
    } while (shard.step() || !appended.isEmpty());
  }

  /** All that it has and that wanted to be woken were. */
  void requireNoWake(Consumer<String> found) {
    Wakes wakes = new Wakes(any -> shard.parts().state());
    wakes
        .unfinished(number, new byte[0], Integer.MAX_VALUE)
        .pending()
        .forEach(one -> found.accept("shard " + number + " still has to wake " + one));
  }

  /** What its rows and its log say must be the same. */
  Map<EntityAddress, byte[]> check(Consumer<String> found) {
    return check(found, effect -> {});
  }

  /**
   * The same.
   *
   * @param effects is given every effect in its log, in order
   * @return the states that its rows give
   */
  Map<EntityAddress, byte[]> check(Consumer<String> found, Consumer<ReferenceLog.Effect> effects) {
    FactsCheck facts = new FactsCheck(violation -> found.accept(violation.detail()));
    ReferenceLog reference = new ReferenceLog(violation -> found.accept(violation.detail()));
    for (int i = 0; i < log.size(); i++) {
      byte[] bytes = log.get(i).bytes();
      if (bytes != null) {
        reference.read(
            new ReferenceLog.Place(log.get(i).term(), i, log.get(i).committedAt()), bytes);
      }
    }
    String name = "shard " + number;
    facts.recomputed(name, shard.parts().state());
    facts.fromLog(name, shard.parts().state(), reference);
    reference.effects().forEach(effects);
    return facts.folded(name, shard.store(), types);
  }

  private final class Log implements Journal {
    private final int of = life;

    Log(Replica driven) {
      replica = driven;
    }

    @Override
    public void start() {
      applied = (int) (replica == null ? 0 : replica.snapshot().index() + 1);
    }

    @Override
    public void append(long inTerm, byte[] entry) {
      if (of == life && inTerm == term) {
        appended.add(entry);
      }
    }

    @Override
    public boolean leads(long inTerm) {
      return inTerm == term;
    }

    @Override
    public CompletionStage<Void> confirmLeadership(long inTerm) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public @Nullable String otherLeader() {
      return null;
    }

    @Override
    public void snapshotTaken() {
      // The log is kept whole.
    }

    @Override
    public JournalStatus status() {
      return new JournalStatus(JournalStatus.Role.LEADER, term, -1, -1, -1, 0, 0);
    }

    @Override
    public void close() {
      // A machine that is closed is a machine that stopped.
    }
  }

  /** Snapshots that are complete some time after they were asked for. */
  private final class ByHand implements SnapshotTaker {
    private long taken;

    @Override
    public LogPosition newest() {
      return disk.newestSnapshot();
    }

    @Override
    public boolean busy() {
      return snapshot != null;
    }

    @Override
    public void take(LogPosition position, Runnable done) {
      snapshot =
          () -> {
            shard.store().storeAllSealed();
            disk.keep(position, disk.copy());
            taken++;
            done.run();
          };
    }

    @Override
    public long taken() {
      return taken;
    }

    @Override
    public void close() {
      // Ends with the machine.
    }
  }

  private static final class Unwatched implements SimStore.Points {
    @Override
    public void reading() {
      // Nothing happens meanwhile.
    }

    @Override
    public void writing() {
      // Nothing happens meanwhile.
    }
  }
}
