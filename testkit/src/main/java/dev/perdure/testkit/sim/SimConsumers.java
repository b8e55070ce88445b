package dev.perdure.testkit.sim;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.Subscriptions.To;
import dev.perdure.runtime.consume.Alarm;
import dev.perdure.runtime.consume.ConsumeParts;
import dev.perdure.runtime.consume.Consumers;
import dev.perdure.runtime.consume.SubscriptionDoor;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.StreamPosition;
import dev.perdure.runtime.subscription.SubscriptionState;
import dev.perdure.runtime.type.SubscriptionModel;
import dev.perdure.runtime.wake.Wakes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions and reactions of a run: their consumers on each machine, which are the
 * production code on simulated threads, and the operators who pause, rewind and replay them. One
 * thread.
 */
final class SimConsumers {

  private static final long MS = 1_000_000;
  private static final long CALL_NS = 3_000 * MS;

  /** A request that is late and what it changed are heard of by then. */
  private static final long SETTLED_NS = 12_000 * MS;

  private final World world;
  private final Map<Integer, Home> homes = new HashMap<>();
  private final Map<String, Boolean> tidy = new HashMap<>();
  private long touchedNs;

  /** Nothing yet. */
  SimConsumers(World world) {
    this.world = world;
  }

  /** A machine as it starts. */
  record Machine(SimNode node, SimThreads threads, Entities entities, Sagas sagas) {}

  /** What one run of a machine has. */
  private record Home(
      SimNode node, int run, SimThreads threads, Consumers consumers, SubscriptionDoor door) {

    boolean lives() {
      return node.runs(run);
    }

    CallContext context() {
      return new CallContext("operator", "", node.clock().monotonicNs() + CALL_NS);
    }
  }

  /** A machine starts. */
  void movesIn(Machine machine, Wakes wakes) {
    SimNode node = machine.node;
    if (node.types().subscriptions().isEmpty()) {
      return;
    }
    ConsumeParts parts =
        new ConsumeParts(
            node.types(),
            machine.entities,
            machine.sagas,
            shard -> node.up() ? node.shard() : null,
            () -> List.of(World.SHARD),
            new ConsumeParts.Means(Outside.unguarded(node.clock()), alarm(node), world.bugs()));
    Consumers consumers = new Consumers(parts);
    wakes.listen(node.types().subscriptionRecords().name(), consumers);
    homes.put(
        node.id(),
        new Home(
            node,
            node.incarnation(),
            machine.threads,
            consumers,
            new SubscriptionDoor(parts, consumers)));
  }

  /** Rings in virtual time. */
  private Alarm alarm(SimNode node) {
    int run = node.incarnation();
    return (subscription, ns) -> {
      Thread handler = Thread.currentThread();
      boolean[] ended = {false};
      boolean[] rang = {false};
      world.after(
          ns,
          () -> {
            if (!ended[0] && node.runs(run)) {
              rang[0] = true;
              world.trace(
                  node.name() + ": the time of the handler of " + subscription + " is over");
              handler.interrupt();
            }
          });
      return () -> {
        ended[0] = true;
        if (rang[0]) {
          var _ = Thread.interrupted();
        }
        return rang[0];
      };
    };
  }

  private @Nullable Home anyHome() {
    List<Home> living = homes.values().stream().filter(Home::lives).toList();
    return living.isEmpty() ? null : world.chance().of(living);
  }

  // ---- operators ----

  /** Operators begin. */
  void start() {
    names().forEach(this::next);
  }

  private List<String> names() {
    return homes.isEmpty()
        ? List.of()
        : world.node(0).types().subscriptions().stream().map(SubscriptionModel::name).toList();
  }

  private void next(String name) {
    world.after(
        world.calm() ? 700 * MS : world.chance().delayNs(900 * MS, 3_000 * MS),
        () -> {
          Home home = anyHome();
          if (!world.calm()) {
            touchedNs = world.nowNs();
          }
          if (home != null && !quiet()) {
            home.threads.start(
                "operator",
                () -> {
                  if (world.calm()) {
                    tidyUp(home, name);
                  } else {
                    act(home, name);
                  }
                });
          }
          next(name);
        });
  }

  private void act(Home home, String name) {
    Chance chance = world.chance();
    SubscriptionState state = seen(home, name);
    int what = chance.below(10);
    if (state == null || !state.begun()) {
      return;
    }
    if (state.paused() != null) {
      touch(home, name + " is to go on", home.door.resume(name, home.context()));
    } else if (what < 2) {
      touch(home, name + " is to rest", home.door.pause(name, "simulated", home.context()));
    } else if (what < 5) {
      To to = chance.happens(0.3) ? new To.Beginning() : to(state);
      touch(
          home,
          name + " is to begin again at " + to,
          home.door.rewind(name, to, "simulated", home.context()));
    } else if (!state.dead().isEmpty() && what < 8) {
      String letter = chance.happens(0.5) ? null : chance.of(state.dead()).id();
      touch(
          home,
          name + " is to try again " + letter,
          home.door.replay(name, letter, home.context()));
    }
  }

  /** Somewhere that it has passed. */
  private To to(SubscriptionState state) {
    if (world.chance().happens(0.5)) {
      return new To.Time(Math.max(1, state.stamp()));
    }
    long offset = world.chance().between(-1, state.after());
    return new To.Position(StreamPosition.START.with(World.SHARD, offset));
  }

  private @Nullable SubscriptionState seen(Home home, String name) {
    if (home.door.get(name, home.context()) instanceof Subscriptions.Answer.Seen seen) {
      return seen.subscription().shards().getFirst().state();
    }
    return null;
  }

  private void touch(Home home, String what, Subscriptions.Answer answer) {
    touchedNs = world.nowNs();
    String said =
        switch (answer) {
          case Subscriptions.Answer.Seen ignored -> "done";
          case Subscriptions.Answer.Failed failed -> failed.problem().code().code();
        };
    world.trace("an operator at " + home.node.name() + ": " + what + ": " + said);
  }

  /** With the faults over everything goes on, and dead letters are tried until none is left. */
  private void tidyUp(Home home, String name) {
    SubscriptionState state = seen(home, name);
    tidy.put(name, state != null && state.paused() == null && state.dead().isEmpty());
    if (state == null) {
      return;
    }
    if (state.paused() != null) {
      touch(home, name + " is to go on", home.door.resume(name, home.context()));
    }
    if (state.dead().stream().anyMatch(letter -> !letter.replaying())) {
      touch(home, name + " is to try all again", home.door.replay(name, null, home.context()));
    }
  }

  // ---- the end ----

  /** True if every consumer has handled all there is, and no operator has to do anything. */
  boolean quiet() {
    if (homes.isEmpty()) {
      return true;
    }
    List<SubscriptionFigures> figures = leading();
    return world.calm()
        && world.nowNs() > touchedNs + SETTLED_NS
        && figures.size() == names().size()
        && names().stream().allMatch(name -> tidy.getOrDefault(name, false))
        && figures.stream().allMatch(SimConsumers::done);
  }

  private static boolean done(SubscriptionFigures one) {
    return one.lag() == 0 && !one.paused() && one.dead() == 0 && one.error().isEmpty();
  }

  private List<SubscriptionFigures> leading() {
    Home home = homes.get(world.group().leader());
    return home != null && home.lives() ? home.consumers.figures() : List.of();
  }

  /** Who does, for people. */
  String waiting() {
    return quiet() ? "" : leading() + "; ";
  }
}
