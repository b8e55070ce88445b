package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.drive.DriveParts;
import dev.perdure.runtime.drive.Drivers;
import dev.perdure.runtime.drive.Quota;
import dev.perdure.runtime.drive.SagaDoor;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.wake.Wakes;
import dev.perdure.testkit.bank.FamilyWorkload;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.FamilyCheck;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import dev.perdure.testkit.check.SagaCheck;
import dev.perdure.testkit.check.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One run: sagas, their children, timers and signals, in slots that go from one shard to the other
 * and back while the production code drives them on the machines of both.
 */
final class MovingSagas implements Site, HandShard.Cast {

  private static final int ACTIONS = 16_000;
  private static final int ACTIONS_MAX = 900_000;
  private static final int SAGAS_MAX = 80;
  private static final long US = 1_000;
  private static final long MS = 1_000_000;
  private static final long STEP_NS = 400 * MS;

  private final Chance chance;
  private final Scheduler time = new Scheduler();
  private final VirtualClock clock;
  private final FamilyWorkload workload = new FamilyWorkload();
  private final SimSettings settings;
  private final Set<PlantedBug> bugs;
  private final Probes probes = new Probes();
  private final Trace trace = new Trace();
  private final Machine[] machines = new Machine[2];
  private final List<HandShard> shards = new ArrayList<>();
  private final SlotSet moving;
  private final SlotMover mover;
  private final MovingSlots.Counts counts = new MovingSlots.Counts();
  private final SimOperators operators;
  private final List<SagaCheck.Outside> outside = new ArrayList<>();
  private final List<SagaCheck.Said> said = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private int busy;
  private long order;
  private boolean ending;

  MovingSagas(long seed, Set<PlantedBug> bugs) {
    this.chance = new Chance(seed);
    this.bugs = bugs;
    this.clock = new VirtualClock(time, chance);
    this.settings = workload.settings(SimSettings.draw(chance, 1));
    workload.begins(this);
    for (int i = 0; i < 2; i++) {
      shards.add(
          new HandShard(
              i,
              new HandShard.Shared(
                  settings,
                  clock,
                  chance,
                  bugs,
                  workload.services(1, operation -> {}).getFirst(),
                  null,
                  this)));
    }
    Set<Integer> slots = slots();
    moving = SlotSet.where(slots::contains);
    mover =
        new SlotMover(
            new SlotMover.Scene(
                chance,
                shards,
                moving,
                () -> ending,
                () -> new CallContext("mover", "", clock.monotonicNs() + STEP_NS)),
            counts);
    operators =
        new SimOperators(this, new SimOperators.Place(this::anyMachine, this::parked, this::want));
  }

  /** Most slots of what there will be. */
  private Set<Integer> slots() {
    Set<Integer> slots = new HashSet<>();
    for (String name : List.of("anna", "boris", "clara", "dora")) {
      add(slots, "account", name);
    }
    for (int i = 0; i < SAGAS_MAX; i++) {
      for (String kind : List.of("o", "s")) {
        add(slots, "order", kind + i);
        add(slots, "payout", kind + i + "-1");
        add(slots, "payout", kind + i + "-2");
      }
    }
    return slots;
  }

  private void add(Set<Integer> slots, String type, String id) {
    if (chance.happens(0.7)) {
      slots.add(new EntityAddress("north", type, id).slot());
    }
  }

  // ---- where things are ----

  /** By its own log; a shard is never asked for a slot that it was never given. */
  private boolean owns(int number, int slot) {
    SlotTable table = shards.get(number).shard().slots();
    boolean given = number == 0 || (moving.has(slot) && table.of(slot).move() > 0);
    Status status = table.of(slot).status();
    return given && (status == Status.OWNED || status == Status.KEPT);
  }

  private int shardOf(EntityAddress address) {
    return owns(0, address.slot()) ? 0 : owns(1, address.slot()) ? 1 : mover.owner();
  }

  // ---- machines ----

  /** One run of a machine with a shard. */
  private final class Machine implements SimOperators.Machine, SimThreads.Host {
    private final HandShard shard;
    private final SimThreads threads;
    private final SagaDoor door;
    private final Drivers drivers;

    Machine(HandShard shard, Wakes wakes) {
      this.shard = shard;
      this.threads = new SimThreads(MovingSagas.this, this);
      DriveParts parts =
          new DriveParts(
              shard.types(),
              new Doors(shard),
              saga -> owns(shard.number(), saga.slot()) ? shard.shard() : null,
              clock,
              chance::bits,
              Duration.ofNanos(settings.retentionMicros() * US),
              Quota.NONE,
              Outside.unguarded(clock),
              bugs);
      this.door = new SagaDoor(parts, (query, self) -> new Sagas.SagaPage(List.of(), null));
      this.drivers = new Drivers(parts, 16, door);
      shard.types().sagas().forEach(model -> wakes.listen(model.name(), drivers));
    }

    @Override
    public boolean lives() {
      return machines[shard.number()] == this;
    }

    @Override
    public void run(String what, Runnable body) {
      body.run();
    }

    @Override
    public String name() {
      return "n" + shard.number();
    }

    @Override
    public void start(String name, Runnable body) {
      threads.start(name, body);
    }

    @Override
    public Sagas sagas() {
      return door;
    }

    @Override
    public CallContext context(long ns) {
      return new CallContext("simulated", "", clock.monotonicNs() + ns);
    }
  }

  @Override
  public void enters(HandShard shard, Wakes wakes) {
    machines[shard.number()] = new Machine(shard, wakes);
  }

  private Machine anyMachine() {
    return machines[chance.below(2)];
  }

  /** All entities, as one machine asks for them: answers of the other one come late. */
  private final class Doors implements Entities {
    private final HandShard here;

    Doors(HandShard here) {
      this.here = here;
    }

    private Outcome.Failed nobody() {
      return Outcome.Failed.retry(ProblemCode.NO_LEADER, "it is on its way", 100);
    }

    @Override
    public Waiting submit(EntityCommand command) {
      String given = command.operationId();
      String id = given == null ? "assigned-" + Long.toHexString(chance.bits()) : given;
      int to = shardOf(command.address());
      CompletableFuture<Outcome> answer = new CompletableFuture<>();
      if (to == here.number()) {
        shards.get(to).shard().submit(command, id).then(answer::complete);
      } else if (!chance.happens(0.03)) {
        after(
            chance.delayNs(MS, 50 * MS),
            () ->
                shards
                    .get(to)
                    .shard()
                    .submit(command, id)
                    .then(
                        outcome ->
                            after(chance.delayNs(MS, 50 * MS), () -> answer.complete(outcome))));
      }
      return () -> {
        long left = command.context().deadlineNs() - clock.monotonicNs();
        Outcome outcome = clock.await(answer, Math.max(0, left) + 100 * MS);
        return outcome == null
            ? Outcome.Failed.of(ProblemCode.OUTCOME_UNKNOWN, "no answer came in time")
            : outcome;
      };
    }

    @Override
    public Outcome read(EntityAddress address, CallContext context, boolean stale) {
      Asked<Shard.StateAnswer> asked = shards.get(shardOf(address)).shard().ask(address, context);
      EntityModel model = here.types().stored(address.type());
      while (model != null && clock.monotonicNs() < context.deadlineNs() + 100 * MS) {
        Shard.StateAnswer read = asked.poll();
        if (read != null) {
          Object state = read.state();
          return read.answer() instanceof Outcome.Done done && state != null
              ? new Outcome.Done(done.version(), model.encodeState(state), false)
              : read.answer();
        }
        clock.parkNanos(5 * MS);
      }
      return nobody();
    }

    @Override
    public History history(EntityAddress address, long after, int limit) {
      return new History.Failed(nobody());
    }

    @Override
    public OperationStatus operation(EntityAddress address, String id, CallContext context) {
      return shardOf(address) == here.number()
          ? here.shard().operation(address, id, context)
          : new OperationStatus.Failed(nobody());
    }
  }

  // ---- the run ----

  /** Runs; what was wrong first, or nothing. */
  String run() {
    operators.start();
    int i = 0;
    for (; i < ACTIONS_MAX && wrong.isEmpty() && !ended(); i++) {
      ending = i >= ACTIONS;
      long most = ending ? 2 * MS : 300 * US;
      var _ = time.runNext(time.nowNs() + chance.between(5 * US, most));
      act();
    }
    if (wrong.isEmpty() && !ended()) {
      wrong.add("the run does not end: " + mover.standing() + ", " + busy + " wait; " + pending());
    }
    if (wrong.isEmpty()) {
      compare();
    }
    return wrong.isEmpty() ? "" : wrong.getFirst();
  }

  MovingSlots.Counts counts() {
    return counts;
  }

  Probes counted() {
    return probes;
  }

  long traced() {
    return trace.hash();
  }

  private boolean ended() {
    return ending
        && mover.rests()
        && busy == 0
        && machines[0].drivers.driven() + machines[1].drivers.driven() == 0
        && pending().isEmpty()
        && operators.quiet();
  }

  private List<Wakes.Pending> pending() {
    List<Wakes.Pending> all = new ArrayList<>();
    for (HandShard one : shards) {
      new Wakes(any -> one.shard().parts().state())
          .unfinished(one.number(), new byte[0], 10_000).pending().stream()
              .filter(row -> owns(one.number(), row.entity().slot()))
              .forEach(all::add);
    }
    return all;
  }

  private List<EntityAddress> parked() {
    return pending().stream()
        .filter(one -> one.dueMicros() == Long.MAX_VALUE)
        .map(Wakes.Pending::entity)
        .toList();
  }

  private void act() {
    int what = chance.below(10_000);
    HandShard shard = shards.get(chance.below(2));
    if (what < 8_000) {
      machines[shard.number()].threads.now(shard::act);
    } else if (what < 8_500) {
      machines[0].threads.now(mover::act);
    } else if (what < 8_525 && !ending) {
      begin();
    } else if (what < 8_540 && !ending) {
      machines[shard.number()].threads.now(shard::failAppend);
    } else if (what < 8_545 && !ending) {
      counts.crashes++;
      trace("n" + shard.number() + " crashes");
      shard.crash();
      mover.lost(shard);
    }
  }

  private void begin() {
    SagaIntent intent = chance.happens(0.3) ? null : workload.saga(chance);
    if (intent == null) {
      want(workload.next(chance));
    } else if (started(intent) < SAGAS_MAX) {
      errand("wants " + intent, machine -> asked(machine, intent));
    }
  }

  private static int started(SagaIntent intent) {
    return Integer.parseInt(intent.saga().id().substring(1).replaceFirst("-.*", ""));
  }

  /** What somebody does at any machine until it says that it is over. */
  private interface Doing {
    boolean over(Machine machine);
  }

  private void errand(String what, Doing doing) {
    busy++;
    boolean[] over = {false};
    attempt(what, doing, over);
  }

  private void attempt(String what, Doing doing, boolean[] over) {
    if (over[0]) {
      return;
    }
    Machine machine = anyMachine();
    trace("somebody " + what + " at " + machine.name());
    machine.start(
        "client",
        () -> {
          if (doing.over(machine) && !over[0]) {
            over[0] = true;
            busy--;
          }
        });
    after(chance.between(500 * MS, 3_000 * MS), () -> attempt(what, doing, over));
  }

  private boolean asked(Machine machine, SagaIntent intent) {
    CallContext context = machine.context(2_000 * MS);
    SagaAnswer answer =
        switch (intent) {
          case SagaIntent.Start start ->
              machine.door.start(
                  start.saga(), start.input().getBytes(StandardCharsets.UTF_8), context);
          case SagaIntent.Signal signal ->
              machine.door.signal(
                  signal.saga(),
                  new Sagas.Signal(signal.name(), signal.body().getBytes(StandardCharsets.UTF_8)),
                  null,
                  context);
          case SagaIntent.Cancel cancel ->
              machine.door.cancel(cancel.saga(), cancel.reason(), context);
          case SagaIntent.Decide decide ->
              machine.door.decide(decide.saga(), decide.decision(), context);
        };
    return switch (answer) {
      case SagaAnswer.Seen seen -> {
        if (intent instanceof SagaIntent.Start) {
          said.add(new SagaCheck.Said(intent.saga(), SagaView.Status.RUNNING, tick()));
        } else if (intent instanceof SagaIntent.Cancel) {
          operators.toldCancelled(intent.saga());
        }
        yield true;
      }
      case SagaAnswer.Refused ignored -> true;
      case SagaAnswer.Failed failed -> !failed.problem().passing();
    };
  }

  /** Somebody pays in or draws out, under one operation id. */
  private void want(Intent intent) {
    if (intent.names().isEmpty()) {
      return;
    }
    String id = "c-" + tick();
    errand(
        intent.names().getFirst() + " " + intent.address(),
        machine -> {
          EntityModel model = machine.shard.types().stored(intent.address().type());
          Outcome outcome =
              new Doors(machine.shard)
                  .execute(
                      new EntityCommand(
                          intent.address(),
                          java.util.Objects.requireNonNull(model)
                              .body(
                                  intent.names().getFirst(),
                                  intent.body().getBytes(StandardCharsets.UTF_8)),
                          id,
                          EntityCommand.Precondition.NONE,
                          machine.context(2_000 * MS)));
          return !(outcome instanceof Outcome.Failed failed) || !failed.passing();
        });
  }

  private void compare() {
    List<Effect> effects = new ArrayList<>();
    Map<EntityAddress, byte[]> states = new HashMap<>();
    for (HandShard one : shards) {
      machines[one.number()].threads.now(one::settle);
      one.check(wrong::add, effects::add)
          .forEach(
              (address, state) -> {
                if (owns(one.number(), address.slot())) {
                  states.put(address, state);
                }
              });
    }
    effects.sort(Comparator.comparingLong(Effect::committedAt));
    SagaCheck check = new SagaCheck(this::found, shards.getFirst().types());
    check.run(effects, outside, said);
    FamilyCheck families = new FamilyCheck(this::found, shards.getFirst().types());
    families.run(effects, operators.told());
    String broken = workload.broken(new Workload.Ending(effects, List.of(), states));
    if (broken != null) {
      wrong.add(broken);
    }
    probes.hit(Probe.SAGA_COMPLETED, check.counts().completed());
    probes.hit(Probe.SAGA_COMPENSATED, check.counts().compensated());
    probes.hit(Probe.CHILD_STARTED, families.counts().children());
  }

  private void found(Violation violation) {
    wrong.add(violation.detail());
  }

  // ---- the site ----

  @Override
  public Chance chance() {
    return chance;
  }

  @Override
  public long nowNs() {
    return time.nowNs();
  }

  @Override
  public void after(long delayNs, Runnable action) {
    time.after(delayNs, action);
  }

  @Override
  public void pause(long ns) {
    time.park(ns);
  }

  @Override
  public long tick() {
    return ++order;
  }

  @Override
  public void trace(String what) {
    trace.add(time.nowNs(), what);
  }

  @Override
  public Probes probes() {
    return probes;
  }

  @Override
  public Workload workload() {
    return workload;
  }

  @Override
  public boolean calm() {
    return ending;
  }

  @Override
  public boolean aside() {
    return false;
  }

  @Override
  public long retentionMicros() {
    return settings.retentionMicros();
  }

  @Override
  public int doors() {
    return 0;
  }

  @Override
  public Door door(int number) {
    throw new UnsupportedOperationException("nobody asks for entities only");
  }

  @Override
  public void called(Call call) {
    throw new UnsupportedOperationException("nobody asks for entities only");
  }

  @Override
  public void judged(Call call, Outcome outcome, boolean repeat) {
    throw new UnsupportedOperationException("nobody asks for entities only");
  }

  @Override
  public void outside(SagaCheck.Outside effect) {
    trace("outside: " + effect.operationId());
    outside.add(effect);
  }

  @Override
  public void violation(Checker checker, String about, String detail) {
    wrong.add(detail);
  }
}
