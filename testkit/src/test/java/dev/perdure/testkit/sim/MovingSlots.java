package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.testkit.check.WakeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run: callers, two shards, and slots that go from one to the other and back. Whatever may
 * happen between two steps of a move happens: machines stop, appends fail, the one who moves gives
 * up and begins anew, and messages of earlier attempts arrive late.
 */
final class MovingSlots {

  private static final int ACTIONS = 16_000;
  private static final int ACTIONS_MAX = 400_000;
  private static final int ENTITIES = 10;
  private static final int CALLERS = 6;
  private static final long US = 1_000;
  private static final long STEP_NS = 400_000_000L;

  private final Chance chance;
  private final Scheduler time = new Scheduler();
  private final VirtualClock clock;
  private final long retentionNs;
  private final List<HandShard> shards = new ArrayList<>();
  private final List<EntityAddress> entities = new ArrayList<>();
  private final SlotSet moving;
  private final List<Caller> callers = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<EntityAddress, Long> acknowledged = new HashMap<>();
  private final Map<String, Answered> answers = new TreeMap<>();
  private final Map<String, EntityAddress> uncertain = new TreeMap<>();
  private final Counts counts = new Counts();
  private final SlotMover move;
  private boolean ending;

  /** How often what happened. */
  static final class Counts {
    long moves;
    long crashes;
    long abandoned;
    long lateRefused;
    long bareMoved;
    long replayed;
    long clearedAgain;
    long kept;
    long copiedLive;
    long woken;

    void add(Counts other) {
      moves += other.moves;
      crashes += other.crashes;
      abandoned += other.abandoned;
      lateRefused += other.lateRefused;
      bareMoved += other.bareMoved;
      replayed += other.replayed;
      clearedAgain += other.clearedAgain;
      kept += other.kept;
      copiedLive += other.copiedLive;
      woken += other.woken;
    }

    @Override
    public String toString() {
      return String.format(
          "%d moves, %d called back, %d crashes, %d attempts given up, %d late messages refused, %d"
              + " rows copied before the freeze, %d records without events moved, %d repeats, %d"
              + " deletes replayed, %d woken",
          moves,
          kept,
          crashes,
          abandoned,
          lateRefused,
          copiedLive,
          bareMoved,
          replayed,
          clearedAgain,
          woken);
    }
  }

  private record Answered(EntityAddress address, long version, boolean rejected, long atNs) {}

  MovingSlots(long seed, Set<PlantedBug> bugs) {
    chance = new Chance(seed);
    clock = new VirtualClock(time, chance);
    SimSettings drawn = SimSettings.draw(chance, 1);
    retentionNs = chance.between(150, 900) * 1_000_000;
    SimSettings settings = new SimSettings(1, 1, limits(drawn.limits(), retentionNs), 0, 0, 1);
    for (int i = 0; i < 2; i++) {
      shards.add(
          new HandShard(
              i,
              new HandShard.Shared(settings, clock, chance, bugs, new Tally.Bundle(), null, null)));
    }
    for (int i = 0; i < ENTITIES; i++) {
      entities.add(new EntityAddress("default", "tally", "t" + i));
    }
    List<EntityAddress> go = entities.subList(0, ENTITIES - 3);
    moving = SlotSet.where(slot -> go.stream().anyMatch(one -> one.slot() == slot));
    move =
        new SlotMover(
            new SlotMover.Scene(chance, shards, moving, () -> ending, () -> context(STEP_NS)),
            counts);
    for (int i = 0; i < CALLERS; i++) {
      callers.add(new Caller(i));
    }
  }

  private static Limits limits(Limits drawn, long retentionNs) {
    return new Limits(
        drawn.stateBytesMax(),
        drawn.eventBytesMax(),
        drawn.replyBytesMax(),
        drawn.entryBytesMax(),
        drawn.queueLengthMax(),
        drawn.entriesInFlightMax(),
        drawn.checkpointEvery(),
        drawn.cacheBytesMax(),
        drawn.operationsInMemoryMax(),
        1 << 20,
        Duration.ofNanos(retentionNs),
        drawn.decideTimeMax(),
        Math.min(20_000, drawn.snapshotBytes()),
        Duration.ofMillis(300),
        drawn.nativeBytesMax(),
        drawn.diskFreeBytesMin(),
        Duration.ofDays(1));
  }

  Counts counts() {
    return counts;
  }

  /** Runs; what was wrong first, or nothing. */
  String run() {
    for (int i = 0; i < ACTIONS_MAX && wrong.isEmpty() && !ended(); i++) {
      ending = i >= ACTIONS;
      var _ = time.runNext(time.nowNs() + chance.between(5 * US, 60 * US));
      act();
    }
    if (wrong.isEmpty() && !ended()) {
      wrong.add("the run does not end: " + move.standing());
    }
    if (wrong.isEmpty()) {
      settle();
      shards.forEach(shard -> shard.check(wrong::add));
      entities.forEach(this::checkHistory);
    }
    shards.forEach(shard -> counts.clearedAgain += shard.clearedAgain());
    return wrong.isEmpty() ? "" : wrong.getFirst();
  }

  /** Long enough for every wake, wherever its entity is now. */
  private void settle() {
    for (int i = 0; i < 20; i++) {
      shards.forEach(HandShard::settle);
      var _ = time.runNext(time.nowNs() + Tally.RINGS_AFTER_MICROS * US);
    }
    shards.forEach(shard -> shard.requireNoWake(wrong::add));
  }

  private boolean ended() {
    return ending && move.rests() && callers.stream().allMatch(Caller::rests);
  }

  private void act() {
    int what = chance.below(1000);
    HandShard shard = shards.get(chance.below(2));
    if (what < 700) {
      shard.act();
    } else if (what < 900) {
      chance.of(callers).act();
    } else if (what < 995 || ending) {
      move.act();
    } else if (what < 998) {
      shard.failAppend();
    } else if (chance.happens(0.4)) {
      counts.crashes++;
      shard.crash();
      callers.forEach(caller -> caller.lost(shard));
      move.lost(shard);
    }
  }

  private CallContext context(long ns) {
    return new CallContext("caller", "", clock.monotonicNs() + ns);
  }

  // ---- callers ----

  private final class Caller {
    private final int number;
    private int count;
    private int at;
    private String key = "";
    private EntityAddress address = entities.getFirst();
    private Tally.Command command = new Tally.Add();
    private long known;
    private long begunNs;
    private boolean read;
    private @Nullable Asked<Outcome> asked;

    Caller(int number) {
      this.number = number;
    }

    boolean rests() {
      return key.isEmpty() && !read;
    }

    void lost(HandShard shard) {
      if (at == shard.number()) {
        asked = null;
      }
    }

    void act() {
      if (rests()) {
        begin();
      } else if (asked == null) {
        send();
      } else {
        Outcome outcome = asked.poll();
        if (outcome != null) {
          asked = null;
          heard(outcome);
        }
      }
    }

    private void begin() {
      if (ending) {
        return;
      }
      begunNs = time.nowNs();
      address = chance.of(entities);
      at = moving.has(address.slot()) ? move.owner() : 0;
      known = acknowledged.getOrDefault(address, 0L);
      if (chance.happens(0.2)) {
        read = true;
      } else if (chance.happens(0.1) && !answers.isEmpty()) {
        repeat();
      } else {
        command = chance.happens(0.15) ? new Tally.Refuse() : new Tally.Add();
        key = number + "-" + count++;
      }
    }

    /** Asks once more what was answered a little while ago. */
    private void repeat() {
      String old = chance.of(List.copyOf(answers.keySet()));
      Answered first = Objects.requireNonNull(answers.get(old));
      if (time.nowNs() - first.atNs < retentionNs / 4) {
        key = old;
        address = first.address;
        at = moving.has(address.slot()) ? move.owner() : 0;
        command = first.rejected ? new Tally.Refuse() : new Tally.Add();
        begunNs = first.atNs;
      }
    }

    private void send() {
      long leftNs = retentionNs / 2 - (time.nowNs() - begunNs);
      if (leftNs <= 0) {
        if (!answers.containsKey(key)) {
          uncertain.put(key, address);
        }
        key = "";
        read = false;
        return;
      }
      HandShard to = shards.get(at);
      if (read) {
        Asked<Shard.StateAnswer> state = to.shard().ask(address, context(leftNs));
        asked =
            () -> {
              Shard.StateAnswer answer = state.poll();
              return answer == null ? null : answer.answer();
            };
        return;
      }
      EntityCommand sent =
          new EntityCommand(
              address,
              Objects.requireNonNull(to.types().find("tally")).body(command),
              key,
              EntityCommand.Precondition.NONE,
              context(leftNs));
      asked = to.shard().ask(sent, key);
    }

    private void heard(Outcome outcome) {
      switch (outcome) {
        case Outcome.Done done -> answered(done.version(), false, done.replayed());
        case Outcome.Rejected no -> answered(no.version(), true, no.replayed());
        case Outcome.Failed failed when failed.code() == ProblemCode.NO_LEADER -> {
          // A shard is never asked for a slot that it was never given.
          if (shards.get(at).shard().slots().of(address.slot()).status().left()) {
            at = 1 - at;
          }
        }
        case Outcome.Failed failed when failed.code() == ProblemCode.NOT_FOUND ->
            answered(0, true, false);
        case Outcome.Failed failed -> {
          // Asked again.
        }
      }
    }

    private void answered(long version, boolean rejected, boolean replayed) {
      if (read) {
        expect(version >= known, address + " was read at " + version + " after " + known);
        read = false;
        return;
      }
      Answered first = answers.get(key);
      if (first != null) {
        counts.replayed++;
        expect(
            replayed && first.version == version && first.rejected == rejected,
            key + " was answered " + first + ", and then " + version);
      } else {
        expect(
            rejected || replayed || version > known,
            key + " made " + address + " " + version + " after " + known);
        answers.put(key, new Answered(address, version, rejected, time.nowNs()));
        acknowledged.merge(address, version, Math::max);
      }
      key = "";
    }
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private void checkHistory(EntityAddress address) {
    int owner = moving.has(address.slot()) ? move.owner() : 0;
    Map<String, Long> found = new HashMap<>();
    long version = 0;
    try (StateStore.Scan rows =
        shards.get(owner).shard().store().scan(Keys.record(address, 0), Keys.recordsEnd(address))) {
      for (; rows.valid(); rows.next()) {
        CommandRecord record = CommandRecord.read(rows.value());
        if (!record.events().isEmpty()) {
          expect(record.versionBefore() == version, address + " has a gap at " + version);
          version = record.version();
          String key = record.origin().operationId();
          expect(found.put(key, version) == null, key + " took effect twice");
          counts.woken += WakeLog.isWake(record) ? 1 : 0;
          boolean known =
              WakeLog.isWake(record) || answers.containsKey(key) || uncertain.containsKey(key);
          expect(known, key + " was never asked");
        }
      }
    }
    answers.forEach(
        (key, answer) -> {
          if (answer.address.equals(address) && !answer.rejected) {
            expect(
                Objects.equals(found.get(key), answer.version),
                key + " was answered " + answer.version + ", but is " + found.get(key));
          }
        });
  }
}
