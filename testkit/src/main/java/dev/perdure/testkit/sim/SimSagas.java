package dev.perdure.testkit.sim;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.dispatch.Dispatcher;
import dev.perdure.runtime.dispatch.QueueDoor;
import dev.perdure.runtime.dispatch.QueueParts;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.Drivers;
import dev.perdure.runtime.drive.Quota;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.testkit.check.FamilyCheck;
import dev.perdure.testkit.check.QueueCheck;
import dev.perdure.testkit.check.SagaCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sagas and queues of a run: what drives and gives them away on each machine, which is the
 * production code on simulated threads, and the clients who start sagas, wait for them, signal
 * them, give them up and decide about them. One thread.
 */
final class SimSagas {

  private static final long MS = 1_000_000;
  private static final long PATIENCE_NS = 4_000 * MS;
  private static final int DRIVEN_MAX = 16;
  private static final int ONE_PAGE = 10_000;

  private final World world;
  private final Map<Integer, Home> homes = new HashMap<>();
  private final List<Errand> errands = new ArrayList<>();
  private final SimQueues messages;
  private final SimOperators operators;
  private boolean any;

  /** Nothing yet. */
  SimSagas(World world) {
    this.world = world;
    this.messages = new SimQueues(world, this::anyHome);
    this.operators =
        new SimOperators(world, new SimOperators.Place(this::anyHome, this::parked, world::want));
  }

  /** What one run of a machine has. */
  private record Home(
      SimNode node, int run, SimThreads threads, SagaDoor door, Drivers drivers, QueueDoor queues)
      implements SimQueues.Machine, SimOperators.Machine {

    @Override
    public String name() {
      return node.name();
    }

    @Override
    public Sagas sagas() {
      return door;
    }

    boolean lives() {
      return node.runs(run);
    }

    @Override
    public void start(String name, Runnable body) {
      threads.start(name, body);
    }

    @Override
    public CallContext context(long ns) {
      return new CallContext("simulated", "", node.clock().monotonicNs() + ns);
    }
  }

  /** A machine starts. */
  Wakes movesIn(SimNode node, TypeRegistry types) {
    Wakes wakes = new Wakes(shard -> node.up() ? node.shard().parts().state() : null);
    if (types.sagas().isEmpty() && types.queues().isEmpty() && types.subscriptions().isEmpty()) {
      return wakes;
    }
    any = true;
    Entities entities = new SimEntities(world, node);
    SimThreads threads = new SimThreads(world, host(node));
    DriveParts parts =
        new DriveParts(
            types,
            entities,
            saga -> node.shard(),
            node.clock(),
            world.chance()::bits,
            Duration.ofNanos(world.settings().retentionMicros() * 1000),
            Quota.NONE,
            Outside.unguarded(node.clock()),
            world.bugs());
    SagaDoor door = new SagaDoor(parts, (query, self) -> new Sagas.SagaPage(List.of(), null));
    Drivers drivers = new Drivers(parts, DRIVEN_MAX, door);
    types.sagas().forEach(model -> wakes.listen(model.name(), drivers));
    QueueParts queueing =
        new QueueParts(
            new QueueParts.Core(types, entities, door, wakes, node.clock(), world.chance()::bits),
            message -> node.shard(),
            () -> List.of(World.SHARD),
            Build.THIS::newest,
            new SimOthers(world, node, this::queues),
            world.bugs());
    Dispatcher dispatcher = new Dispatcher(queueing);
    wakes.listen(types.messages().name(), dispatcher);
    homes.put(
        node.id(),
        new Home(
            node, node.incarnation(), threads, door, drivers, new QueueDoor(queueing, dispatcher)));
    world.consumers().movesIn(new SimConsumers.Machine(node, threads, entities, door), wakes);
    return wakes;
  }

  private static SimThreads.Host host(SimNode node) {
    int run = node.incarnation();
    return new SimThreads.Host() {
      @Override
      public boolean lives() {
        return node.runs(run);
      }

      @Override
      public void run(String what, Runnable body) {
        node.run(what, body);
      }
    };
  }

  private @Nullable Home homeOf(SimNode node) {
    Home home = homes.get(node.id());
    return home != null && home.lives() ? home : null;
  }

  /** The queues of a machine; null if it does not run. */
  private SimQueues.@Nullable Machine queues(SimNode node) {
    return homeOf(node);
  }

  /** Has a machine's loop do something: threads that it starts are the machine's. */
  void inside(SimNode node, Runnable body) {
    Home home = Thread.currentThread().isVirtual() ? null : homeOf(node);
    if (home == null) {
      body.run();
    } else {
      home.threads.now(body);
    }
  }

  private @Nullable Home anyHome() {
    List<Home> living = homes.values().stream().filter(Home::lives).toList();
    return living.isEmpty() ? null : world.chance().of(living);
  }

  List<QueueCheck.Told> toldOfMessages() {
    return messages.told();
  }

  List<FamilyCheck.Told> toldOfDecisions() {
    return operators.told();
  }

  /** Clients begin. */
  void start() {
    if (any) {
      next();
      operators.start();
      world.node(0).types().queues().forEach(queue -> messages.start("north", queue.name()));
    }
  }

  private void next() {
    world.after(
        world.chance().delayNs(300 * MS, 2_000 * MS),
        () -> {
          if (!world.calm()) {
            SagaIntent intent = world.workload().saga(world.chance());
            if (intent != null) {
              Errand errand = new Errand(intent);
              errands.add(errand);
              errand.attempt();
            }
            next();
          }
        });
  }

  /** True if sagas need more time to recover than commands. */
  boolean any() {
    return any;
  }

  /** True if nobody waits for a saga, none is on its way, and none has to be looked at. */
  boolean quiet() {
    return errands.stream().allMatch(errand -> errand.over)
        && homes.values().stream().allMatch(home -> home.drivers.driven() == 0)
        && unfinished().isEmpty()
        && operators.quiet();
  }

  /** Who does, for people. */
  String waiting() {
    StringBuilder out = new StringBuilder();
    errands.stream().filter(one -> !one.over).forEach(one -> out.append(one.intent).append("; "));
    homes.forEach(
        (id, home) -> out.append("n").append(id).append(' ').append(home.drivers.figures()));
    unfinished().forEach(one -> out.append("; ").append(one));
    return out.toString();
  }

  /** Sagas that will go on by themselves, by what a replica has applied. */
  List<Wakes.Pending> unfinished() {
    return pending(true);
  }

  /** Those that wait for somebody. */
  private List<EntityAddress> parked() {
    return pending(false).stream()
        .map(Wakes.Pending::entity)
        .filter(one -> world.node(0).types().saga(one.type()) != null)
        .toList();
  }

  private List<Wakes.Pending> pending(boolean due) {
    SimNode node = world.node(0);
    if (!any || !node.up()) {
      return List.of();
    }
    return new Wakes(shard -> node.shard().parts().state())
        .unfinished(0, new byte[0], ONE_PAGE).pending().stream()
            .filter(one -> (one.dueMicros() != Long.MAX_VALUE) == due)
            .toList();
  }

  /** What a client wants of one saga, whatever it takes. */
  private final class Errand {
    private final SagaIntent intent;
    private final boolean patient;
    private boolean known;
    private boolean over;
    private int tries;

    Errand(SagaIntent intent) {
      this.intent = intent;
      this.patient = world.chance().happens(0.9);
    }

    void attempt() {
      if (over) {
        return;
      }
      int number = ++tries;
      Home home = anyHome();
      if (home == null || (!patient && number > 2)) {
        over = !patient && number > 2;
        later();
        return;
      }
      home.threads.start(
          "client",
          () -> {
            SagaAnswer answer = ask(home);
            if (number == tries && !over) {
              answered(home, answer);
            }
          });
      world.after(
          PATIENCE_NS,
          () -> {
            if (number == tries) {
              attempt();
            }
          });
    }

    private void later() {
      if (!over) {
        int number = tries;
        world.after(
            world.chance().delayNs(200 * MS, 2_000 * MS),
            () -> {
              if (number == tries) {
                attempt();
              }
            });
      }
    }

    private SagaAnswer ask(Home home) {
      CallContext context = home.context(world.chance().between(200 * MS, 3_000 * MS));
      world.trace("somebody asks " + home.node.name() + " " + intent + (known ? " again" : ""));
      return switch (intent) {
        case SagaIntent.Start start ->
            known
                ? home.door.await(start.saga(), context)
                : home.door.start(
                    start.saga(), start.input().getBytes(StandardCharsets.UTF_8), context);
        case SagaIntent.Signal signal ->
            home.door.signal(
                signal.saga(),
                new Sagas.Signal(signal.name(), signal.body().getBytes(StandardCharsets.UTF_8)),
                null,
                context);
        case SagaIntent.Cancel cancel -> home.door.cancel(cancel.saga(), cancel.reason(), context);
        case SagaIntent.Decide decide ->
            home.door.decide(decide.saga(), decide.decision(), context);
      };
    }

    private void answered(Home home, SagaAnswer answer) {
      world.trace(intent.saga() + " is said to be " + text(answer));
      boolean start = intent instanceof SagaIntent.Start;
      switch (answer) {
        case SagaAnswer.Seen seen -> {
          if (!known && start) {
            world.said(new SagaCheck.Said(intent.saga(), seen.saga().status(), world.tick()));
          }
          if (intent instanceof SagaIntent.Cancel) {
            operators.toldCancelled(intent.saga());
          }
          known = true;
          over = !start || ended(home, seen.saga());
        }
        case SagaAnswer.Refused ignored -> over = true;
        case SagaAnswer.Failed failed -> over = !start && !failed.problem().passing();
      }
      later();
    }

    private boolean ended(Home home, SagaView saga) {
      return switch (saga.status()) {
        case COMPLETED, COMPENSATED -> {
          world.said(new SagaCheck.Said(saga.address(), saga.status(), world.tick()));
          yield true;
        }
        case PARKED -> decided(home, saga);
        case RUNNING, COMPENSATING -> false;
      };
    }

    /** True if it stays as it is. */
    private boolean decided(Home home, SagaView saga) {
      if (world.workload().operators() > 0) {
        return world.calm(); // others see to it
      }
      world.probes().hit(Probe.SAGA_PARKED);
      Sagas.SagaDecision decision = world.workload().parked(saga, world.chance());
      if (decision == null) {
        return world.calm();
      }
      world.trace(saga.address() + " is parked: " + saga.failure() + "; " + decision.choice());
      var _ = home.door.decide(saga.address(), decision, home.context(3_000 * MS));
      return false;
    }

    private static String text(SagaAnswer answer) {
      return switch (answer) {
        case SagaAnswer.Seen seen -> seen.saga().status() + " at v" + seen.saga().version();
        case SagaAnswer.Refused no -> "refused, " + no.code();
        case SagaAnswer.Failed failed -> failed.problem().code().code();
      };
    }
  }
}
