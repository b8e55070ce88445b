package dev.perdure.testkit.sim;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.SubscriptionModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.EntitySpec;
import dev.perdure.testkit.check.FactsCheck;
import dev.perdure.testkit.check.FamilyCheck;
import dev.perdure.testkit.check.HistoryCheck;
import dev.perdure.testkit.check.QueueCheck;
import dev.perdure.testkit.check.ReferenceLog;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import dev.perdure.testkit.check.SagaCheck;
import dev.perdure.testkit.check.SubscriptionCheck;
import dev.perdure.testkit.check.Violation;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One seed: a time of faults, a time to recover, then everything is compared. */
public final class Run {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long RECOVERY_NS = 40 * SECOND_NS;

  /** Who lost a wake is told of it again after a minute. */
  private static final long SAGAS_RECOVERY_NS = 200 * SECOND_NS;

  private final World world;
  private final long seed;
  private final ReferenceLog log;
  private final TypeRegistry types;

  private Run(long seed, Workload workload, Options options) {
    this.seed = seed;
    this.world = new World(seed, workload, options.bugs, options.runNs);
    this.log = new ReferenceLog(world::violation);
    this.types = new TypeRegistry(workload.services(workload.codeVersions(), operation -> {}));
  }

  /**
   * How to run.
   *
   * @param bugs planted on purpose; empty but in the simulator's own tests
   * @param runNs virtual time under faults; 0 to have it drawn from the seed
   */
  public record Options(Set<PlantedBug> bugs, long runNs) {
    /** Nothing planted. */
    public static final Options DEFAULT = new Options(Set.of(), 0);
  }

  /**
   * What came of it.
   *
   * @param violation null if everything held
   * @param virtualNs simulated time
   * @param calls requests that clients made
   * @param effects commands in the committed log
   * @param option see {@link Workload#option}
   */
  public record Result(
      long seed,
      @Nullable Violation violation,
      Trace trace,
      Probes probes,
      long virtualNs,
      int calls,
      int effects,
      String option) {}

  /** Runs one seed. */
  public static Result of(long seed, Workload workload, Options options) {
    Run run = new Run(seed, workload, options);
    run.go();
    return run.result();
  }

  private void go() {
    world.trace("seed " + seed + " " + world.settings());
    world.start();
    if (!world.runUntil(world.settings().runNs())) {
      return;
    }
    world.trace("faults end");
    world.calmDown();
    long end = world.nowNs() + (world.sagas().any() ? SAGAS_RECOVERY_NS : RECOVERY_NS);
    while (world.nowNs() < end && !world.quiet()) {
      if (!world.runUntil(world.nowNs() + SECOND_NS / 20)) {
        return;
      }
    }
    if (!world.quiet()) {
      world.violation(
          Checker.PROGRESS, "", "long after the last fault something still waits: " + waiting());
      return;
    }
    if (world.sagas().any() || expire()) {
      compare();
    }
  }

  private String waiting() {
    StringBuilder out = new StringBuilder(world.sagas().waiting());
    out.append(world.consumers().waiting());
    for (SimNode node : world.nodes()) {
      out.append(node.name())
          .append(node.up() ? " " + node.shard().health().state() : " down")
          .append(node.up() && node.shard().idle() ? " idle" : " busy")
          .append(" applied ")
          .append(node.appliedIndex())
          .append("; ");
    }
    return out.append("committed ").append(world.group().committed()).toString();
  }

  /** Lets the retention of everything pass, with just enough writes for expiry to ride on. */
  private boolean expire() {
    long from = world.nowNs() + 2 * world.settings().retentionMicros() * 1000;
    if (!world.runUntil(from)) {
      return false;
    }
    int rows = FactsCheck.operationsRows(world.node(0).shard().store());
    for (int writes = rows / 12 + 8; writes > 0; writes--) {
      world.write();
      long end = world.nowNs() + 10 * SECOND_NS;
      while (world.nowNs() < end && !world.quiet()) {
        if (!world.runUntil(world.nowNs() + SECOND_NS / 100)) {
          return false;
        }
      }
    }
    if (!world.quiet()) {
      world.violation(Checker.PROGRESS, "", "a write long after the faults waits: " + waiting());
    }
    return world.violation() == null;
  }

  private void compare() {
    for (long index = 0; index <= world.group().committed(); index++) {
      LogEntry entry = world.group().entry(index);
      byte[] bytes = entry.bytes();
      if (bytes != null) {
        log.read(new ReferenceLog.Place(entry.term(), index, entry.committedAt()), bytes);
      }
    }
    HistoryCheck history = new HistoryCheck(world::violation, world.settings().retentionMicros());
    history.read(
        log.effects().stream().filter(one -> types.find(one.address().type()) != null).toList(),
        world.calls());
    EntityModel model = fingerprints(history);
    history.operations();
    Set<EntityAddress> entities = new LinkedHashSet<>();
    world.calls().forEach(call -> entities.add(call.address()));
    if (world.violation() == null && model != null) {
      entities.forEach(
          address -> history.linearizable(address, new EntitySpec(address, model(address))));
    }
    subscriptions();
    replicas();
    sagas();
    count();
  }

  private void sagas() {
    SagaCheck check = new SagaCheck(world::violation, types);
    check.run(log.effects(), world.outside(), world.said());
    SagaCheck.Counts counts = check.counts();
    QueueCheck messages = new QueueCheck(world::violation, types);
    messages.run(log.effects(), world.sagas().toldOfMessages());
    world.probes().hit(Probe.MESSAGE_DONE, messages.counts().done());
    world.probes().hit(Probe.MESSAGE_DEAD, messages.counts().dead());
    world.probes().hit(Probe.MESSAGE_LEASED_AGAIN, messages.counts().again());
    FamilyCheck families = new FamilyCheck(world::violation, types);
    families.run(log.effects(), world.sagas().toldOfDecisions());
    world.probes().hit(Probe.CHILD_STARTED, families.counts().children());
    world.probes().hit(Probe.CHILD_TURNED_BACK, families.counts().turnedBack());
    world.probes().hit(Probe.CHILD_NEVER_RAN, families.counts().neverRan());
    world.probes().hit(Probe.SAGA_COMPLETED, counts.completed());
    world.probes().hit(Probe.SAGA_COMPENSATED, counts.compensated());
  }

  private void subscriptions() {
    for (SubscriptionModel model : types.subscriptions()) {
      if (!model.reacts()) {
        SubscriptionCheck check = new SubscriptionCheck(world::violation, types, model);
        check.run(log.effects(), world.workload().handed(model.name()));
        SubscriptionCheck.Counts counts = check.counts();
        world.probes().hit(Probe.EVENT_HANDED, counts.handed());
        world.probes().hit(Probe.EVENT_HANDED_AGAIN, counts.repeats());
        world.probes().hit(Probe.EVENT_DIED, counts.died());
        world.probes().hit(Probe.DEAD_LETTER_DELIVERED, counts.delivered());
        world.probes().hit(Probe.SUBSCRIPTION_REWOUND, counts.rewinds());
        world.probes().hit(Probe.SUBSCRIPTION_PAUSED, counts.pauses());
      }
    }
  }

  private EntityModel model(EntityAddress address) {
    EntityModel model = types.find(address.type());
    if (model == null) {
      throw new IllegalStateException("no type " + address.type());
    }
    return model;
  }

  private @Nullable EntityModel fingerprints(HistoryCheck history) {
    EntityModel any = null;
    Set<String> known = new LinkedHashSet<>();
    for (Call call : world.calls()) {
      if (!call.asks().read() && known.add(call.asks().command() + call.asks().body())) {
        any = model(call.address());
        CommandBody body =
            any.body(call.asks().command(), call.asks().body().getBytes(StandardCharsets.UTF_8));
        history.fingerprint(call, body.fingerprint());
      }
    }
    return any;
  }

  private void replicas() {
    Map<EntityAddress, byte[]> states = new HashMap<>();
    for (SimNode node : world.nodes()) {
      var state = node.shard().parts().state();
      world.facts().equal(node.name(), state);
      world.facts().recomputed(node.name(), state);
      world.facts().fromLog(node.name(), state, log);
      world
          .facts()
          .expired(
              node.name(), state.store(), log.stamp() - 2 * world.settings().retentionMicros());
      states = world.facts().folded(node.name(), state.store(), node.types());
    }
    log.wakes().none(log.stamp());
    world.facts().wakes(states, types, log.wakes());
    String broken =
        world.workload().broken(new Workload.Ending(log.effects(), world.calls(), states));
    if (broken != null) {
      world.violation(Checker.CONSERVATION, "", broken);
    }
  }

  private void count() {
    Probes probes = world.probes();
    probes.hit(Probe.FENCE_REJECTED_HOLE, log.ignored().holes());
    probes.hit(Probe.FENCE_REJECTED_OLD_EPOCH, log.ignored().oldEpochs());
    probes.hit(Probe.FENCE_REJECTED_OLD_TERM, log.ignored().oldTerms());
    probes.hit(Probe.REPLIES_EXPIRED, log.expired().entries());
    probes.hit(Probe.BARE_ROW_EXPIRED, log.expired().bareRows());
    Map<String, Integer> times = new HashMap<>();
    for (Effect effect : log.effects()) {
      CommandRecord record = effect.record();
      String id = effect.address() + " " + record.origin().operationId();
      if (times.merge(id, 1, Integer::sum) == 2) {
        probes.hit(Probe.EXECUTED_ANEW_AFTER_RETENTION);
      }
    }
    probes.hit(Probe.CHECKPOINT_WRITTEN, log.checkpoints());
    probes.hit(Probe.WOKEN, log.wakes().ran());
    probes.hit(Probe.WAKE_FAILED, log.wakes().failed());
    unknowns(times);
    world.nodes().forEach(SimNode::finish);
    for (Probe probe : Probe.values()) {
      probes.hit(probe, world.rare(probe.name()));
    }
  }

  private void unknowns(Map<String, Integer> effects) {
    for (Call call : world.calls()) {
      boolean unknown =
          call.outcome() == null
              || (call.outcome() instanceof Outcome.Failed failed
                  && failed.code() == ProblemCode.OUTCOME_UNKNOWN);
      if (unknown && !call.asks().read()) {
        boolean effect = effects.containsKey(call.address() + " " + call.operationId());
        world.probes().hit(effect ? Probe.UNKNOWN_TOOK_EFFECT : Probe.UNKNOWN_TOOK_NONE);
      }
    }
  }

  private Result result() {
    return new Result(
        seed,
        world.violation(),
        world.trace(),
        world.probes(),
        world.nowNs(),
        world.calls().size(),
        log.effects().size(),
        world.workload().option());
  }
}
