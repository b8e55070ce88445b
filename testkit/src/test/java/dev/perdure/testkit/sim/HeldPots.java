package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.Transactions.Part;
import dev.perdure.runtime.Transactions.TransactionAnswer;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.transact.Resolving;
import dev.perdure.runtime.transact.Step;
import dev.perdure.runtime.transact.Transacting;
import dev.perdure.runtime.transact.TransactionDoor;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.wake.LockListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One run: callers who move amounts between pots of two shards in transactions, and touch single
 * pots beside that. Machines stop and appends fail at any step, callers die in the middle, answers
 * are lost, and what was sent arrives once more later.
 */
final class HeldPots implements LockListener {

  private static final int ACTIONS = 40_000;
  private static final int ACTIONS_MAX = 600_000;
  private static final int POTS = 7;
  private static final int CALLERS = 6;
  private static final long FIRST = 40;
  private static final long US = 1_000;
  private static final long MS = 1_000_000;

  private final Chance chance;
  private final Scheduler time = new Scheduler();
  private final VirtualClock clock;
  private final List<HandShard> shards = new ArrayList<>();
  private final List<EntityAddress> pots = new ArrayList<>();
  private final EntityModel model;
  private final EntityModel records;
  private final List<Caller> callers = new ArrayList<>();
  private final List<Resolution> resolutions = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Asking> known = new TreeMap<>();
  private final Set<String> touches = new TreeSet<>();
  private final Counts counts = new Counts();
  private int names;
  private boolean ending;

  /** How often what happened. */
  static final class Counts {
    long committed;
    long rejected;
    long failed;
    long unknown;
    long repeated;
    long abandoned;
    long resolved;
    long crashes;
    long late;
    long touched;
    long locked;

    void add(Counts other) {
      committed += other.committed;
      rejected += other.rejected;
      failed += other.failed;
      unknown += other.unknown;
      repeated += other.repeated;
      abandoned += other.abandoned;
      resolved += other.resolved;
      crashes += other.crashes;
      late += other.late;
      touched += other.touched;
      locked += other.locked;
    }

    @Override
    public String toString() {
      return String.format(
          "%d committed, %d rejected, %d failed, %d unknown, %d repeats, %d callers died, %d"
              + " entities freed, %d crashes, %d late messages, %d touches, %d refused as locked",
          committed, rejected, failed, unknown, repeated, abandoned, resolved, crashes, late,
          touched, locked);
    }
  }

  /** A transaction that somebody wants, and what was said of it for ever. */
  private static final class Asking {
    private final List<Part> parts;
    private @Nullable TransactionAnswer said;
    private int calls;
    private int deniedCalls;

    Asking(List<Part> parts) {
      this.parts = parts;
    }
  }

  private record Late(EntityCommand command) {}

  private record Resolution(EntityAddress entity, Resolving course, Sending sending) {}

  HeldPots(long seed, Set<PlantedBug> bugs) {
    chance = new Chance(seed);
    clock = new VirtualClock(time, chance);
    SimSettings settings =
        new SimSettings(1, 1, limits(SimSettings.draw(chance, 1).limits()), 0, 0, 1);
    for (int i = 0; i < 2; i++) {
      shards.add(
          new HandShard(
              i,
              new HandShard.Shared(settings, clock, chance, bugs, new Pot.Bundle(), this, null)));
    }
    for (int i = 0; i < POTS; i++) {
      pots.add(new EntityAddress("default", "pot", "p" + i));
    }
    model = Objects.requireNonNull(shards.getFirst().types().find("pot"));
    records = shards.getFirst().types().transactions();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(new Caller());
    }
  }

  private static Limits limits(Limits drawn) {
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
        Duration.ofSeconds(20),
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

  private HandShard shardOf(EntityAddress address) {
    return shards.get(address.slot() & 1);
  }

  /** Runs; what was wrong first, or nothing. */
  String run() {
    for (int i = 0; i < pots.size(); i++) {
      first(pots.get(i), "first-" + i);
    }
    for (int i = 0; i < ACTIONS_MAX && wrong.isEmpty() && !ended(); i++) {
      ending = i >= ACTIONS;
      var _ = time.runNext(time.nowNs() + chance.between(5 * US, 200 * US));
      act();
    }
    if (wrong.isEmpty() && !ended()) {
      wrong.add("the run does not end: " + resolutions.size() + " are still held");
    }
    if (wrong.isEmpty()) {
      settle();
      shards.forEach(shard -> shard.check(wrong::add));
      check();
    }
    return wrong.isEmpty() ? "" : wrong.getFirst();
  }

  private void first(EntityAddress pot, String key) {
    HandShard shard = shardOf(pot);
    Asked<Outcome> asked = null;
    Outcome outcome = null;
    while (!(outcome instanceof Outcome.Done)) {
      if (asked == null || outcome != null) {
        asked = shard.shard().ask(command(pot, new Pot.Put(FIRST), key, context(1000 * MS)), key);
      }
      var _ = time.runNext(time.nowNs() + 10 * US);
      shard.act();
      outcome = asked.poll();
    }
  }

  private EntityCommand command(
      EntityAddress pot, Pot.Command command, String key, CallContext context) {
    return new EntityCommand(pot, model.body(command), key, Precondition.NONE, context);
  }

  private CallContext context(long ns) {
    return new CallContext("caller", "", clock.monotonicNs() + ns);
  }

  private void settle() {
    for (int i = 0; i < 100; i++) {
      shards.forEach(HandShard::settle);
      var _ = time.runNext(time.nowNs() + 50 * MS);
      for (int j = 0; j < 50; j++) {
        resolve();
      }
    }
    shards.forEach(shard -> shard.requireNoWake(wrong::add));
  }

  private boolean ended() {
    return ending && resolutions.isEmpty() && callers.stream().allMatch(Caller::rests);
  }

  private void act() {
    int what = chance.below(1000);
    HandShard shard = shards.get(chance.below(2));
    if (what < 650) {
      shard.act();
    } else if (what < 900) {
      chance.of(callers).act();
    } else if (what < 980) {
      resolve();
    } else if (what < 990) {
      sendLate();
    } else if (!ending && what < 994) {
      shard.failAppend();
    } else if (!ending && chance.happens(0.1)) {
      counts.crashes++;
      shard.crash();
      callers.forEach(caller -> caller.sendings.forEach(one -> one.lost(shard)));
      resolutions.forEach(one -> one.sending.lost(shard));
    }
  }

  /** Something that was sent, and is to be answered, if it is not lost on the way. */
  private final class Sending {
    private final Transacting.@Nullable Send send;
    private @Nullable HandShard to;
    private @Nullable Asked<Outcome> asked;
    private @Nullable Outcome lost;
    private final long notBeforeNs;

    Sending(Transacting.@Nullable Send send, long delayNs) {
      this.send = send;
      this.notBeforeNs = time.nowNs() + delayNs;
    }

    void go(EntityCommand command) {
      HandShard shard = shardOf(command.address());
      String key = command.operationId();
      to = shard;
      lost = null;
      asked = shard.shard().ask(command, key == null ? "assigned-" + names++ : key);
      if (chance.happens(0.1)) {
        late.add(new Late(command));
      }
    }

    void lost(HandShard shard) {
      if (shard == to) {
        asked = null;
        lost = Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, "the machine stopped");
      }
    }

    @Nullable Outcome poll() {
      return asked == null ? lost : asked.poll();
    }

    boolean sent() {
      return to != null;
    }
  }

  private void sendLate() {
    if (!late.isEmpty()) {
      EntityCommand command = late.remove(chance.below(late.size())).command;
      String key = command.operationId();
      counts.late++;
      var _ =
          shardOf(command.address())
              .shard()
              .ask(command, key == null ? "assigned-" + names++ : key);
    }
  }

  // ---- callers ----

  private final class Caller {
    private final List<Sending> sendings = new ArrayList<>();
    private String key = "";
    private @Nullable Transacting course;
    private @Nullable EntityCommand touch;
    private boolean repeat;

    boolean rests() {
      return course == null && touch == null;
    }

    void act() {
      if (rests()) {
        if (!ending) {
          begin();
        }
      } else if (touch != null) {
        touching(touch);
      } else if (course != null) {
        transacting(course);
      }
    }

    private void begin() {
      if (chance.happens(0.25)) {
        key = "touch-" + names++;
        touches.add(key);
        EntityAddress pot = chance.of(pots);
        touch = command(pot, new Pot.Touch(), key, context(chance.between(20 * MS, 300 * MS)));
        return;
      }
      repeat = !known.isEmpty() && chance.happens(0.2);
      if (repeat) {
        key = chance.of(List.copyOf(known.keySet()));
      } else {
        key = "t" + names++;
        known.put(key, new Asking(parts()));
      }
      Asking asking = Objects.requireNonNull(known.get(key));
      asking.calls++;
      List<Part> parts = asking.parts;
      EntityAddress record = new EntityAddress("default", "perdure.transaction", key);
      course =
          new Transacting(
              new Transacting.Of(record, records, parts, TransactionDoor.fingerprint(parts)),
              context(chance.between(5 * MS, 900 * MS)),
              clock.monotonicNs());
    }

    /** From some pots to others, so that nothing is gained or lost. */
    private List<Part> parts() {
      List<EntityAddress> those = new ArrayList<>(pots);
      int count = 2 + chance.below(3);
      List<Part> parts = new ArrayList<>();
      long sum = 0;
      for (int i = 0; i < count; i++) {
        EntityAddress pot = those.remove(chance.below(those.size()));
        long amount = i == count - 1 ? -sum : chance.between(-15, 15);
        sum += amount;
        parts.add(new Part(pot, model.body(new Pot.Put(amount)), Precondition.NONE));
      }
      return parts;
    }

    private void touching(EntityCommand command) {
      if (sendings.isEmpty()) {
        Sending sending = new Sending(null, 0);
        sending.go(command);
        sendings.add(sending);
        return;
      }
      Outcome outcome = sendings.getFirst().poll();
      if (outcome != null) {
        sendings.clear();
        touch = null;
        counts.touched += outcome instanceof Outcome.Done ? 1 : 0;
        counts.locked +=
            outcome instanceof Outcome.Failed no && no.code() == ProblemCode.LOCKED ? 1 : 0;
      }
    }

    private void transacting(Transacting now) {
      if (chance.happens(0.002)) {
        counts.abandoned++;
        end();
        return;
      }
      for (Transacting.Send send : now.toSend()) {
        sendings.add(new Sending(send, send.delayNs()));
      }
      for (Sending one : sendings) {
        if (!one.sent() && time.nowNs() >= one.notBeforeNs) {
          one.go(Objects.requireNonNull(one.send).command());
        }
      }
      TransactionAnswer answer = now.answer();
      if (answer != null) {
        answered(answer);
        end();
        return;
      }
      for (Sending one : List.copyOf(sendings)) {
        Outcome outcome = one.sent() ? one.poll() : null;
        if (outcome != null && now.answer() == null) {
          sendings.remove(one);
          now.answered(Objects.requireNonNull(one.send), outcome, clock.monotonicNs());
        }
      }
    }

    private void end() {
      course = null;
      sendings.clear();
    }

    private void answered(TransactionAnswer answer) {
      Asking asking = Objects.requireNonNull(known.get(key));
      counts.repeated += repeat ? 1 : 0;
      switch (answer) {
        case TransactionAnswer.Committed yes -> {
          counts.committed += yes.replayed() ? 0 : 1;
          said(asking, new TransactionAnswer.Committed(yes.results(), false));
        }
        case TransactionAnswer.Rejected no -> {
          counts.rejected += no.replayed() ? 0 : 1;
          said(asking, new TransactionAnswer.Rejected(no.part(), no.code(), no.detail(), false));
        }
        case TransactionAnswer.Failed no -> {
          boolean unknown = no.problem().code() == ProblemCode.OUTCOME_UNKNOWN;
          counts.unknown += unknown ? 1 : 0;
          counts.failed += unknown ? 0 : 1;
          asking.deniedCalls += unknown ? 0 : 1;
        }
      }
    }

    private void said(Asking asking, TransactionAnswer answer) {
      if (asking.said != null && !asking.said.equals(answer)) {
        wrong.add(key + " was answered " + asking.said + ", and then " + answer);
      }
      asking.said = answer;
    }
  }

  // ---- what was left behind ----

  @Override
  public void overdue(int shard, EntityAddress entity, Prepared.Of of) {
    if (resolutions.stream().noneMatch(one -> one.entity.equals(entity))) {
      resolutions.add(
          new Resolution(entity, new Resolving(records, entity, of), new Sending(null, 0)));
    }
  }

  private void resolve() {
    if (resolutions.isEmpty()) {
      return;
    }
    Resolution one = chance.of(resolutions);
    if (!one.sending.sent()) {
      one.sending.go(one.course.toSend(context(100 * MS)));
      return;
    }
    Outcome outcome = one.sending.poll();
    if (outcome == null) {
      return;
    }
    long waitNs = one.course.answered(outcome);
    resolutions.remove(one);
    if (one.course.done()) {
      counts.resolved++;
    } else {
      resolutions.add(new Resolution(one.entity, one.course, new Sending(null, waitNs)));
    }
  }

  // ---- the end ----

  private void check() {
    Map<String, Integer> parts = new HashMap<>();
    long sum = 0;
    for (EntityAddress pot : pots) {
      StateStore store = shardOf(pot).shard().store();
      checkHistory(store, pot, parts);
      sum += ((Pot.State) new EntityLoader(store).genesis(pot, model).state()).amount();
    }
    if (sum != FIRST * POTS) {
      wrong.add("the pots hold " + sum + ", not " + FIRST * POTS);
    }
    known.forEach(
        (key, asking) -> {
          int found = parts.getOrDefault(Step.operationId(key), 0);
          boolean all = found == asking.parts.size();
          if (!all && found > 0) {
            wrong.add(key + " took effect on " + found + " of " + asking.parts.size());
          }
          if (asking.said instanceof TransactionAnswer.Committed && !all) {
            wrong.add(key + " was answered as committed and did not take effect");
          }
          if (asking.deniedCalls == asking.calls && found > 0) {
            wrong.add(key + " was answered as not executed each time and took effect");
          }
          if (asking.said instanceof TransactionAnswer.Rejected && found > 0) {
            wrong.add(key + " was answered as rejected and took effect");
          }
        });
  }

  private void checkHistory(StateStore store, EntityAddress pot, Map<String, Integer> parts) {
    Set<String> here = new TreeSet<>();
    long version = 0;
    try (StateStore.Scan rows = store.scan(Keys.record(pot, 0), Keys.recordsEnd(pot))) {
      for (; rows.valid(); rows.next()) {
        CommandRecord record = CommandRecord.read(rows.value());
        String id = record.origin().operationId();
        if (record.versionBefore() != version) {
          wrong.add(pot + " has a gap at " + version);
        }
        version = record.version();
        if (!record.events().isEmpty() && !here.add(id)) {
          wrong.add(id + " took effect twice on " + pot);
        }
        if (id.startsWith("transaction:")) {
          parts.merge(id, 1, Integer::sum);
        } else if (id.startsWith("touch-") && !touches.contains(id)) {
          wrong.add(id + " was never asked");
        }
      }
    }
  }
}
