package dev.perdure.testkit.sim;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.Choice;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.Sagas.SagaDecision;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.testkit.check.FamilyCheck.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * People who decide about parked sagas: each looks at one at some machine, thinks, and decides at
 * another, by what he saw, while others decide about the same one. Whoever gets no answer asks
 * again under the same operation id; some ask twice at once. One thread.
 */
final class SimOperators {

  private static final long MS = 1_000_000;
  private static final long PATIENCE_NS = 4_000 * MS;

  private final Site world;
  private final Place place;
  private final List<Told> told = new ArrayList<>();
  private int decisions;
  private int busy;

  /** A machine that runs. */
  interface Machine {
    String name();

    void start(String name, Runnable body);

    Sagas sagas();

    CallContext context(long ns);
  }

  /**
   * Where they work.
   *
   * @param machines any that runs; null if none does
   * @param parked what waits for a person, as some replica has applied it
   * @param mends has a client do something
   */
  record Place(
      Supplier<@Nullable Machine> machines,
      Supplier<List<EntityAddress>> parked,
      Consumer<Intent> mends) {}

  /** Nobody yet. */
  SimOperators(Site world, Place place) {
    this.world = world;
    this.place = place;
  }

  /** What they were answered. */
  List<Told> told() {
    return told;
  }

  /** Somebody was told that a saga is given up. */
  void toldCancelled(EntityAddress saga) {
    told.add(new Told(saga, new Told.Wanted("", "cancel", null), true, world.tick()));
  }

  /** They come to work, if the workload has any. */
  void start() {
    for (int i = 0; i < world.workload().operators(); i++) {
      next();
    }
  }

  private void next() {
    world.after(
        world.chance().delayNs(500 * MS, 3_000 * MS),
        () -> {
          look();
          next();
        });
  }

  /** True if nothing is parked that somebody would decide about, and nobody is at it. */
  boolean quiet() {
    return world.workload().operators() == 0 || (busy == 0 && place.parked.get().isEmpty());
  }

  private void look() {
    List<EntityAddress> waiting = place.parked.get();
    Machine machine = place.machines.get();
    if (waiting.isEmpty() || machine == null) {
      return;
    }
    EntityAddress saga = world.chance().of(waiting);
    machine.start("operator", () -> look(machine, saga));
  }

  private void look(Machine machine, EntityAddress saga) {
    SagaAnswer seen = machine.sagas().get(saga, machine.context(2_000 * MS));
    if (seen instanceof SagaAnswer.Seen now && now.saga().status() == SagaView.Status.PARKED) {
      world.probes().hit(Probe.SAGA_PARKED);
      decide(now.saga());
    }
  }

  private void decide(SagaView saga) {
    SagaDecision wanted = world.workload().parked(saga, world.chance());
    if (wanted == null) {
      return;
    }
    if (world.calm()) {
      Intent first = world.workload().mends(saga);
      if (first != null) {
        place.mends.accept(first);
      }
    }
    String id = "decision-" + ++decisions;
    // Whoever takes something as done goes by what he saw; who has it tried again mostly does not.
    boolean bound =
        wanted.choice() != Choice.RETRY || (!world.calm() && world.chance().happens(0.4));
    SagaDecision decision =
        new SagaDecision(
            wanted.choice(), wanted.result(), id, id, bound ? Long.valueOf(saga.version()) : null);
    Errand errand = new Errand(saga.address(), decision);
    busy++;
    world.after(world.chance().delayNs(300 * MS, 4_000 * MS), errand::attempt);
    if (world.chance().happens(0.2)) {
      world.after(world.chance().delayNs(300 * MS, 4_000 * MS), errand::ask);
    }
  }

  /** One decision, asked for until it is known whether it was taken. */
  private final class Errand {
    private final EntityAddress saga;
    private final SagaDecision decision;
    private boolean over;

    Errand(EntityAddress saga, SagaDecision decision) {
      this.saga = saga;
      this.decision = decision;
    }

    void attempt() {
      if (!over) {
        ask();
        world.after(PATIENCE_NS + world.chance().between(0, 1_000 * MS), this::attempt);
      }
    }

    void ask() {
      Machine machine = place.machines.get();
      if (machine != null) {
        machine.start("operator", () -> ask(machine));
      }
    }

    private void ask(Machine machine) {
      world.trace(
          "somebody decides at "
              + machine.name()
              + " about "
              + saga
              + ": "
              + decision.choice()
              + " as "
              + decision.operationId()
              + (decision.version() == null ? "" : " if v" + decision.version()));
      long patience = world.chance().between(200 * MS, 3_000 * MS);
      SagaAnswer answer = machine.sagas().decide(saga, decision, machine.context(patience));
      switch (answer) {
        case SagaAnswer.Seen seen -> over(true, "now " + seen.saga().status());
        case SagaAnswer.Refused no -> over(false, no.code());
        case SagaAnswer.Failed failed -> {
          if (!failed.problem().passing()) {
            over(false, failed.problem().code().code());
          }
        }
      }
    }

    private void over(boolean done, String how) {
      world.trace(decision.operationId() + " is answered: " + how);
      told.add(
          new Told(
              saga,
              new Told.Wanted(
                  decision.reason(),
                  decision.choice().name().toLowerCase(java.util.Locale.ROOT),
                  decision.version()),
              done,
              world.tick()));
      world.probes().hit(done ? Probe.DECISION_TAKEN : Probe.DECISION_REFUSED);
      if (!over) {
        over = true;
        busy--;
      }
    }
  }
}
