package dev.perdure.testkit.sim;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.SlotPage;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who moves slots between two shards: what the leader of the shard that gets them does, a step at a
 * time, again and again there and back.
 */
final class SlotMover {

  private final Chance chance;
  private final List<HandShard> shards;
  private final SlotSet moving;
  private final BooleanSupplier ending;
  private final Supplier<CallContext> context;
  private final MovingSlots.Counts counts;
  private final List<Late> late = new ArrayList<>();
  private Phase phase = Phase.REST;
  private String refused = "";
  private int owner;
  private long id;
  private boolean calledBack;
  private long since;
  private @Nullable Long age;
  private long from;
  private long end;
  private byte[] after = {};
  private byte[] next = {};
  private int at;
  private MoveStep step;
  private @Nullable Asked<Outcome> asked;

  /**
   * What is moved in whose name.
   *
   * @param moving the slots, which the first shard has
   * @param ending no new move begins, and none is given up
   * @param context of one step
   */
  record Scene(
      Chance chance,
      List<HandShard> shards,
      SlotSet moving,
      BooleanSupplier ending,
      Supplier<CallContext> context) {}

  SlotMover(Scene scene, MovingSlots.Counts counts) {
    this.chance = scene.chance;
    this.shards = scene.shards;
    this.moving = scene.moving;
    this.ending = scene.ending;
    this.context = scene.context;
    this.counts = counts;
    this.step = change(Status.COMING);
  }

  private enum Phase {
    REST,
    COMING,
    COPYING_LIVE,
    FREEZING,
    COPYING,
    OWNING,
    KEEPING,
    CLEARING
  }

  /** Which shard has the slots, as the map says. */
  int owner() {
    return owner;
  }

  boolean rests() {
    return phase == Phase.REST;
  }

  /** Where it stands, for people. */
  String standing() {
    return phase + ", " + refused;
  }

  private record Late(int shard, MoveStep step) {}

  private MoveStep change(Status status) {
    int other = status == Status.COMING || status == Status.OWNED ? owner : 1 - owner;
    return new MoveStep.Change(new SlotChange(status, id, other, since, moving));
  }

  private HandShard from() {
    return shards.get(owner);
  }

  void lost(HandShard shard) {
    if (at == shard.number()) {
      asked = null;
      again();
    }
  }

  /** Begins the attempt anew; what was sent may still arrive. */
  private void again() {
    if (phase != Phase.REST && phase != Phase.CLEARING) {
      phase = Phase.COMING;
      asked = null;
    }
  }

  void act() {
    if (!late.isEmpty() && chance.happens(0.05)) {
      sendLate();
    }
    if (phase == Phase.REST) {
      if (!ending.getAsBoolean() && chance.happens(0.02)) {
        id++;
        phase = Phase.COMING;
      }
    } else if (asked == null) {
      if (phase != Phase.CLEARING && chance.happens(0.01)) {
        calledBack = true;
        again();
      }
      send();
    } else if (!ending.getAsBoolean() && chance.happens(0.02)) {
      counts.abandoned++;
      late.add(new Late(at, step));
      again();
    } else {
      Outcome outcome = asked.poll();
      if (outcome != null) {
        asked = null;
        heard(outcome);
      }
    }
  }

  private void sendLate() {
    Late one = late.remove(chance.below(late.size()));
    Asked<Outcome> answer = shards.get(one.shard).shard().move(one.step, context.get());
    if (chance.happens(0.3)) {
      late.add(one);
    }
    shards.get(one.shard).shard().step();
    counts.lateRefused += answer.poll() instanceof Outcome.Failed ? 1 : 0;
  }

  private void send() {
    switch (phase) {
      case REST -> {
        return;
      }
      case COMING -> {
        if (is(shards.get(1 - owner), Status.OWNED)) {
          arrived();
        } else if (calledBack) {
          ask(1 - owner, never());
        } else {
          ask(1 - owner, change(Status.COMING));
        }
      }
      case FREEZING -> ask(owner, change(Status.GONE));
      case COPYING_LIVE, COPYING -> copy();
      case OWNING -> ask(1 - owner, change(Status.OWNED));
      case KEEPING -> ask(owner, change(Status.KEPT));
      case CLEARING -> ask(1 - owner, cleared());
    }
  }

  /** By now the other shard is the owner. */
  private MoveStep cleared() {
    return new MoveStep.Change(new SlotChange(Status.CLEARED, id, owner, 0, moving));
  }

  /** The other shard stays the owner. */
  private MoveStep never() {
    return new MoveStep.Change(new SlotChange(Status.CLEARED, id, owner, 0, moving));
  }

  private boolean is(HandShard shard, Status status) {
    SlotTable slots = shard.shard().slots();
    return moving.all(slot -> slots.of(slot).status() == status && slots.of(slot).move() == id);
  }

  private void arrived() {
    counts.moves++;
    calledBack = false;
    owner = 1 - owner;
    phase = chance.happens(0.7) ? Phase.CLEARING : Phase.REST;
  }

  private void ask(int shard, MoveStep what) {
    at = shard;
    step = what;
    asked = shards.get(shard).shard().move(what, context.get());
  }

  private void copy() {
    Shard source = from().shard();
    ShardState.Extent there = source.parts().state().readable();
    boolean live = phase == Phase.COPYING_LIVE;
    if (live ? !there.has(moving, id) || there.nextOffset() < end : !there.left(moving, id)) {
      return; // it has not applied that again since it stopped
    }
    if (age != null && age != there.age(moving)) {
      again();
      return;
    }
    age = there.age(moving);
    end = !live ? SlotPage.Span.OPEN : end == 0 ? Math.max(from, there.nextOffset()) : end;
    SlotPage page =
        SlotPage.read(
            source.store(),
            new SlotPage.Wanted(moving, new SlotPage.Span(from, end), after),
            new SlotPage.Limit((int) chance.between(100, 4000), () -> chance.happens(0.1)));
    next = page.next();
    counts.copiedLive += live ? page.rows().size() / 2 : 0;
    for (MoveStep.Row row : page.parsed()) {
      if (row instanceof MoveStep.Recorded one && one.record().events().isEmpty()) {
        counts.bareMoved++;
      }
    }
    ask(1 - owner, new MoveStep.Rows(id, since, page.parsed()));
  }

  private void heard(Outcome outcome) {
    if (!(outcome instanceof Outcome.Done done)) {
      refused = phase + ": " + outcome;
      again();
      return;
    }
    switch (phase) {
      case REST -> throw new IllegalStateException("nothing was asked");
      case COMING -> {
        since = done.version();
        age = null;
        from = 0;
        end = 0;
        after = new byte[0];
        phase = calledBack ? Phase.KEEPING : Phase.COPYING_LIVE;
      }
      case COPYING_LIVE -> {
        after = next;
        if (after.length == 0) {
          from = end;
          end = 0;
          phase = chance.happens(0.5) ? Phase.COPYING_LIVE : Phase.FREEZING;
        }
      }
      case FREEZING -> phase = Phase.COPYING;
      case COPYING -> {
        after = next;
        phase = after.length == 0 ? Phase.OWNING : Phase.COPYING;
      }
      case KEEPING -> {
        late.add(new Late(owner, change(Status.GONE)));
        counts.kept++;
        calledBack = false;
        phase = Phase.REST;
      }
      case OWNING -> {
        late.add(new Late(1 - owner, step));
        arrived();
      }
      case CLEARING -> phase = Phase.REST;
    }
  }
}
