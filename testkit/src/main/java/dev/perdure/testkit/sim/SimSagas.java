package dev.perdure.testkit.sim;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.Drivers;
import dev.perdure.runtime.drive.Quota;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.WakeListener;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.testkit.check.SagaCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sagas of a run: what drives them on each machine, which is the production code on simulated
 * threads, and the clients who start them, wait for them, signal them, give them up and decide
 * about them. One thread.
 */
final class SimSagas {

  private static final long MS = 1_000_000;
  private static final long PATIENCE_NS = 4_000 * MS;
  private static final int DRIVEN_MAX = 16;
  private static final int ONE_PAGE = 10_000;

  private final World world;
  private final Map<Integer, Home> homes = new HashMap<>();
  private final List<Errand> errands = new ArrayList<>();
  private boolean any;

  /** Nothing yet. */
  SimSagas(World world) {
    this.world = world;
  }

  /** What one run of a machine has. */
  private record Home(SimNode node, int run, SimThreads threads, SagaDoor door, Drivers drivers) {
    boolean lives() {
      return node.runs(run);
    }
  }

  /** A machine starts. */
  Wakes movesIn(SimNode node, TypeRegistry types) {
    Wakes wakes = new Wakes(shard -> node.up() ? node.shard().parts().state() : null);
    if (types.sagas().isEmpty()) {
      return wakes;
    }
    any = true;
    SimThreads threads = new SimThreads(world, node);
    DriveParts parts =
        new DriveParts(
            types,
            new SimEntities(world, node),
            saga -> node.shard(),
            node.clock(),
            world.chance()::bits,
            Duration.ofNanos(world.settings().retentionMicros() * 1000),
            Quota.NONE,
            Outside.unguarded(node.clock()),
            world.bugs());
    SagaDoor door = new SagaDoor(parts, (query, self) -> new Sagas.SagaPage(List.of(), null));
    Drivers drivers = new Drivers(parts, DRIVEN_MAX, door);
    homes.put(node.id(), new Home(node, node.incarnation(), threads, door, drivers));
    WakeListener told =
        new WakeListener() {
          @Override
          public void due(int shard, EntityAddress saga, long dueMicros) {
            // A thread begins where its parent's scheduler is: it must not be the simulator's own.
            threads.start("due", () -> drivers.due(shard, saga, dueMicros));
          }

          @Override
          public void leads(int shard, boolean leading) {
            drivers.leads(shard, leading);
          }
        };
    types.sagas().forEach(model -> wakes.listen(model.name(), told));
    return wakes;
  }

  /** Clients begin. */
  void start() {
    if (any) {
      next();
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
        && unfinished().isEmpty();
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
    if (!any) {
      return List.of();
    }
    SimNode node = world.node(0);
    return new Wakes(shard -> node.up() ? node.shard().parts().state() : null)
        .unfinished(0, new byte[0], ONE_PAGE).pending().stream()
            .filter(one -> one.dueMicros() != Long.MAX_VALUE)
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

    private @Nullable Home home() {
      List<Home> living = homes.values().stream().filter(Home::lives).toList();
      return living.isEmpty() ? null : world.chance().of(living);
    }

    void attempt() {
      if (over) {
        return;
      }
      int number = ++tries;
      Home home = home();
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

    private CallContext context(Home home) {
      long ns = world.chance().between(200 * MS, 3_000 * MS);
      return new CallContext("simulated", "", home.node.clock().monotonicNs() + ns);
    }

    private SagaAnswer ask(Home home) {
      CallContext context = context(home);
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
          known = true;
          over = !start || ended(home, seen.saga());
        }
        case SagaAnswer.Refused ignored -> over = true;
        case SagaAnswer.Failed failed -> over = !start && !failed.problem().passing();
      }
      later();
    }

    private boolean ended(Home home, SagaView saga) {
      switch (saga.status()) {
        case COMPLETED, COMPENSATED -> {
          world.said(new SagaCheck.Said(saga.address(), saga.status(), world.tick()));
          return true;
        }
        case PARKED -> {
          world.probes().hit(Probe.SAGA_PARKED);
          Sagas.SagaDecision decision = world.workload().parked(saga, world.chance());
          if (decision == null) {
            return world.calm();
          }
          world.trace(saga.address() + " is parked: " + saga.failure() + "; " + decision.choice());
          var _ = home.door.decide(saga.address(), decision, context(home));
          return false;
        }
        default -> {
          return false;
        }
      }
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
