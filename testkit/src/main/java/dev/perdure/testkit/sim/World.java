package dev.perdure.testkit.sim;

import dev.perdure.api.Operation;
import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.FactsCheck;
import dev.perdure.testkit.check.SagaCheck;
import dev.perdure.testkit.check.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything of one run: machines, log, clients, time and chance. One thread. */
final class World implements Site {

  /** The number of the one shard that there is. */
  static final int SHARD = 0;

  private static final long MS = 1_000_000;

  private final Scheduler time = new Scheduler();
  private final Chance chance;
  private final Trace trace = new Trace();
  private final Probes probes = new Probes();
  private final SimSettings settings;
  private final Workload workload;
  private final Set<PlantedBug> bugs;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<SagaCheck.Outside> outside = new ArrayList<>();
  private final List<SagaCheck.Said> said = new ArrayList<>();
  private final Map<String, Long> deadlines = new HashMap<>();
  private final Map<String, Long> rare = new java.util.TreeMap<>();
  private final FactsCheck facts = new FactsCheck(this::violation);
  private final SimGroup group;
  private final Faults faults;
  private final SimSagas sagas;
  private final SimConsumers consumers;
  private @Nullable Violation violation;
  private long order;
  private boolean calm;
  private boolean aside;

  World(long seed, Workload workload, Set<PlantedBug> bugs, long runNs) {
    this.chance = new Chance(seed);
    this.workload = workload;
    this.bugs = bugs;
    this.settings = workload.settings(SimSettings.draw(chance, runNs));
    this.group = new SimGroup(this);
    this.faults = new Faults(this);
    this.sagas = new SimSagas(this);
    this.consumers = new SimConsumers(this);
    workload.begins(this);
    for (int i = 0; i < settings.replicas(); i++) {
      nodes.add(new SimNode(this, i));
    }
    for (int i = 0; i < settings.clients(); i++) {
      clients.add(new SimClient(this, i));
    }
  }

  Scheduler time() {
    return time;
  }

  @Override
  public long nowNs() {
    return time.nowNs();
  }

  @Override
  public void after(long delayNs, Runnable action) {
    time.after(delayNs, action);
  }

  /** The next number of an order over all that clients and the log can see. */
  @Override
  public long tick() {
    return ++order;
  }

  @Override
  public Chance chance() {
    return chance;
  }

  Trace trace() {
    return trace;
  }

  @Override
  public void trace(String what) {
    trace.add(time.nowNs(), what);
  }

  @Override
  public Probes probes() {
    return probes;
  }

  SimSettings settings() {
    return settings;
  }

  @Override
  public Workload workload() {
    return workload;
  }

  Set<PlantedBug> bugs() {
    return bugs;
  }

  SimGroup group() {
    return group;
  }

  Faults faults() {
    return faults;
  }

  SimSagas sagas() {
    return sagas;
  }

  SimConsumers consumers() {
    return consumers;
  }

  @Override
  public void pause(long ns) {
    time.park(ns);
  }

  FactsCheck facts() {
    return facts;
  }

  List<SimNode> nodes() {
    return nodes;
  }

  SimNode node(int id) {
    return nodes.get(id);
  }

  @Override
  public int doors() {
    return nodes.size();
  }

  @Override
  public Door door(int number) {
    return nodes.get(number);
  }

  @Override
  public long retentionMicros() {
    return settings.retentionMicros();
  }

  SimNode anyNode() {
    return chance.of(nodes);
  }

  @Override
  public void outside(SagaCheck.Outside effect) {
    trace("outside: " + effect.operationId());
    outside.add(effect);
  }

  List<SagaCheck.Outside> outside() {
    return outside;
  }

  void said(SagaCheck.Said what) {
    said.add(what);
  }

  List<SagaCheck.Said> said() {
    return said;
  }

  List<Call> calls() {
    return calls;
  }

  @Override
  public boolean calm() {
    return calm;
  }

  /** True while clients act in the middle of a shard's step. */
  @Override
  public boolean aside() {
    return aside;
  }

  @Nullable Violation violation() {
    return violation;
  }

  @Override
  public void violation(Checker checker, String about, String detail) {
    violation(new Violation(checker, about, detail));
  }

  void violation(Violation found) {
    if (violation == null) {
      violation = found;
      trace("VIOLATION of " + found.checker().words() + ": " + found.detail());
    }
  }

  // ---- running ----

  void start() {
    int version = 1 + chance.below(workload.codeVersions());
    nodes.forEach(node -> node.start(version));
    clients.forEach(SimClient::begin);
    every(50 * MS, group::tick);
    every(100 * MS, group::catchUp);
    faults.start();
    sagas.start();
    consumers.start();
  }

  private void every(long ns, Runnable action) {
    after(
        ns,
        () -> {
          action.run();
          every(ns, action);
        });
  }

  /** Goes on until a time; false if something was violated. */
  boolean runUntil(long ns) {
    while (violation == null && time.runNext(ns)) {
      clients.forEach(SimClient::poll);
    }
    return violation == null;
  }

  /** Ends faults and new work. */
  void calmDown() {
    calm = true;
    faults.end();
    for (SimNode node : nodes) {
      if (!node.up()) {
        node.start(workload.codeVersions());
      } else if (node.codeVersion() != workload.codeVersions()) {
        node.crash();
        node.start(workload.codeVersions());
      }
    }
  }

  /** One more command. */
  void write() {
    Intent intent = workload.next(chance);
    while (intent.names().isEmpty()) {
      intent = workload.next(chance);
    }
    clients.getFirst().want(intent);
  }

  /** Has a client do that, if one has nothing else to do. */
  void want(Intent intent) {
    clients.stream().filter(SimClient::idle).findFirst().ifPresent(one -> one.want(intent));
  }

  boolean quiet() {
    return clients.stream().allMatch(SimClient::idle)
        && nodes.stream().allMatch(node -> node.up() && node.shard().idle())
        && sagas.quiet()
        && consumers.quiet()
        && group.committed() == group.lastIndex()
        && nodes.stream().allMatch(node -> node.appliedIndex() > group.committed());
  }

  // ---- what machines tell ----

  void restartLater(SimNode node) {
    restartLater(node, node.codeVersion());
  }

  void restartLater(SimNode node, int version) {
    int run = node.incarnation();
    after(
        chance.delayNs(200 * MS, 4000 * MS),
        () -> {
          if (!node.up() && node.incarnation() == run) {
            node.start(calm ? workload.codeVersions() : version);
          }
        });
  }

  void crashed(SimNode node) {
    group.crashed(node);
  }

  /** Clients see and do things while a shard is in the middle of a step. */
  void clientsDuring() {
    aside = true;
    clients.forEach(SimClient::poll);
    aside = false;
    probes.hit(Probe.REQUEST_DURING_A_STEP);
  }

  void applied(SimNode node, long index) {
    if (index % 4 == 0) {
      facts.equal(node.name(), node.shard().parts().state());
    }
    boolean replaying = !node.shard().parts().state().stored(new LogPosition(0, index));
    if (replaying) {
      probes.hit(Probe.REPLAYED_OVER_NEWER_STORE);
    } else if (index % 64 == 0) {
      facts.recomputed(node.name(), node.shard().parts().state());
    }
  }

  /** A shard's own counter of something rare. */
  void rare(String name, long count) {
    rare.merge(name, count, Long::sum);
  }

  long rare(String name) {
    return rare.getOrDefault(name, 0L);
  }

  // ---- what clients and entities tell ----

  @Override
  public void called(Call call) {
    calls.add(call);
    deadlines.merge(
        call.address().tenant() + "/" + call.address().id() + "/" + call.operationId(),
        call.deadlineNs(),
        Math::max);
  }

  /** An entity begins to decide. */
  void deciding(Operation operation) {
    String key = operation.tenant() + "/" + operation.entityId() + "/" + operation.operationId();
    Long latest = deadlines.get(key);
    if (latest != null && latest <= nowNs()) {
      violation(
          Checker.DEADLINE,
          operation.operationId(),
          operation.operationId() + " is decided " + (nowNs() - latest) + " ns after its deadline");
    }
  }

  /** Counts what an answer shows. */
  @Override
  public void judged(Call call, Outcome outcome, boolean repeat) {
    switch (outcome) {
      case Outcome.Done done -> {
        if (done.replayed()) {
          probes.hit(Probe.REPLAYED_ANSWER);
        }
      }
      case Outcome.Rejected no -> {
        if (no.replayed()) {
          probes.hit(Probe.REPLAYED_REJECTION);
        }
      }
      case Outcome.Failed failed -> failed(failed.code());
    }
  }

  private void failed(ProblemCode code) {
    switch (code) {
      case OPERATION_ID_REUSED -> probes.hit(Probe.REUSE_REFUSED);
      case VERSION_MISMATCH -> probes.hit(Probe.VERSION_MISMATCH);
      case DEADLINE_EXCEEDED -> probes.hit(Probe.DEADLINE_EXCEEDED);
      case OUTCOME_UNKNOWN -> probes.hit(Probe.OUTCOME_UNKNOWN);
      case OVERLOADED -> probes.hit(Probe.OVERLOADED);
      case OPERATION_QUOTA -> probes.hit(Probe.QUOTA_REACHED);
      case ENTITY_QUARANTINED -> probes.hit(Probe.QUARANTINED);
      case READ_ONLY -> probes.hit(Probe.READ_ONLY);
      case EVOLVE_FAILED -> probes.hit(Probe.POISON_REFUSED);
      default -> {}
    }
  }
}
