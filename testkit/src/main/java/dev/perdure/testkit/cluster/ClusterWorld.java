package dev.perdure.testkit.cluster;

import dev.perdure.journal.LogPosition;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.inspect.EntryText;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.Checker;
import dev.perdure.testkit.check.FactsCheck;
import dev.perdure.testkit.check.SagaCheck;
import dev.perdure.testkit.check.Violation;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Door;
import dev.perdure.testkit.sim.Probes;
import dev.perdure.testkit.sim.Scheduler;
import dev.perdure.testkit.sim.SimClient;
import dev.perdure.testkit.sim.SimSettings;
import dev.perdure.testkit.sim.Site;
import dev.perdure.testkit.sim.Trace;
import dev.perdure.testkit.sim.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything of one run: machines, network, clients, time and chance. One thread. */
final class ClusterWorld implements Site {

  static final Build OLD_BUILD = new Build("old", Build.FIRST_LEVEL, Build.BUILDS_IN_MAP);
  static final Build OLDEST_BUILD = new Build("oldest", Build.FIRST_LEVEL, Build.FIRST_LEVEL);
  static final Build NEW_BUILD = new Build("new", Build.FIRST_LEVEL, Build.THIS.newest());

  private static final long MS = 1_000_000;
  private static final Duration RETENTION = Duration.ofHours(1);

  private final Scheduler time = new Scheduler();
  private final Chance chance;
  private final Trace trace = new Trace();
  private final Probes probes = new Probes();
  private final Map<ClusterProbe, Long> counts = new EnumMap<>(ClusterProbe.class);
  private final Workload workload;
  private final ClusterRun.Options options;
  private final Limits limits;
  private final Network network;
  private final List<Machine> machines = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final Map<Integer, ShardRecord> records = new TreeMap<>();
  private final Map<Integer, FactsCheck> facts = new TreeMap<>();
  private final Map<String, String> elected = new TreeMap<>();
  private final Map<Integer, TypeRegistry> types = new TreeMap<>();
  private final int entriesKept;
  private final Wholeness wholeness = new Wholeness(this);
  private @Nullable Violation violation;
  private double appendFaults;
  private int mapLevel = Build.FIRST_LEVEL;
  private ClusterMap map = ClusterMap.NONE;
  private long order;
  private boolean calm;

  ClusterWorld(long seed, Workload workload, ClusterRun.Options options) {
    this.chance = new Chance(seed);
    this.workload = new ReadMostly(workload, chance.of(List.of(0.0, 0.5, 0.8)));
    this.options = options;
    this.limits = limits(SimSettings.draw(chance, 1).limits());
    this.entriesKept = chance.below(30);
    this.network = new Network(this);
    List<Build> builds = List.of(OLDEST_BUILD, OLD_BUILD, NEW_BUILD);
    Build first = chance.of(builds);
    int count = chance.of(List.of(3, 4, 5));
    for (int i = 0; i < count; i++) {
      machines.add(new Machine(this, i, chance.happens(0.7) ? first : atLeast(first)));
    }
    int clientCount = (int) chance.between(3, 7);
    for (int i = 0; i < clientCount; i++) {
      clients.add(new SimClient(this, i));
    }
  }

  private Build atLeast(Build first) {
    return first.equals(OLDEST_BUILD) ? chance.of(List.of(OLD_BUILD, NEW_BUILD)) : NEW_BUILD;
  }

  /** Replies are kept for all of a run: what comes of their end the simulator of a shard shows. */
  private Limits limits(Limits drawn) {
    return new Limits(
        drawn.stateBytesMax(),
        drawn.eventBytesMax(),
        drawn.replyBytesMax(),
        drawn.entryBytesMax(),
        256,
        drawn.entriesInFlightMax(),
        drawn.checkpointEvery(),
        drawn.cacheBytesMax(),
        drawn.operationsInMemoryMax(),
        1 << 20,
        RETENTION,
        drawn.decideTimeMax(),
        chance.between(1_000, 8_000),
        Duration.ofMillis(chance.between(300, 4000)),
        drawn.nativeBytesMax(),
        drawn.diskFreeBytesMin(),
        Duration.ofDays(1));
  }

  // ---- what is in it ----

  Scheduler time() {
    return time;
  }

  Network network() {
    return network;
  }

  List<Machine> machines() {
    return machines;
  }

  Machine machine(int id) {
    return machines.get(id);
  }

  /** The machine of a node's name. */
  Machine named(String node) {
    return machines.get(Integer.parseInt(node.substring(1)));
  }

  List<Machine> alive() {
    return machines.stream().filter(one -> !one.dead()).toList();
  }

  /** One machine more, with nothing on its disk. */
  Machine fresh() {
    Machine made = new Machine(this, machines.size(), NEW_BUILD);
    machines.add(made);
    hit(ClusterProbe.FRESH_MACHINE);
    made.start(NEW_BUILD, workload.codeVersions());
    return made;
  }

  ShardRecord record(int shard) {
    return records.computeIfAbsent(shard, any -> new ShardRecord(this, shard));
  }

  Map<Integer, ShardRecord> records() {
    return records;
  }

  FactsCheck facts(int shard) {
    return facts.computeIfAbsent(shard, any -> new FactsCheck(this::violation));
  }

  TypeRegistry types(int codeVersion) {
    return types.computeIfAbsent(
        codeVersion, version -> new TypeRegistry(workload.services(version, operation -> {})));
  }

  Limits limits() {
    return limits;
  }

  int entriesKept() {
    return entriesKept;
  }

  Set<PlantedBug> shardBugs() {
    return options.shardBugs();
  }

  boolean has(ClusterBug bug) {
    return options.bugs().contains(bug);
  }

  /** The newest map that any machine has seen. */
  ClusterMap map() {
    return map;
  }

  int mapLevel() {
    return mapLevel;
  }

  List<Integer> placedOn(String node) {
    List<Integer> shards = new ArrayList<>();
    map.shards().stream()
        .filter(one -> one.replicas().contains(node))
        .forEach(one -> shards.add(one.shard()));
    if (map.system().contains(node)) {
      shards.add(ClusterMap.SYSTEM_SHARD);
    }
    return shards;
  }

  double appendFaults() {
    return appendFaults;
  }

  void appendFaults(double rate) {
    appendFaults = rate;
  }

  List<Call> calls() {
    return calls;
  }

  Trace trace() {
    return trace;
  }

  Map<ClusterProbe, Long> counts() {
    return counts;
  }

  void hit(ClusterProbe probe) {
    counts.merge(probe, 1L, Long::sum);
  }

  List<SimClient> clients() {
    return clients;
  }

  @Nullable Violation violation() {
    return violation;
  }

  // ---- running ----

  void start() {
    Machine founder = machines.getFirst();
    founder.start(founder.build(), anyCode());
    founder.enter(
        "found",
        () -> {
          founder.found(ClusterMap.SYSTEM_SHARD);
          founder.found(0);
          founder.found(1);
        });
    for (Machine machine : machines.subList(1, machines.size())) {
      after(
          chance.between(1_000 * MS, 6_000 * MS), () -> machine.start(machine.build(), anyCode()));
    }
    clients.forEach(SimClient::begin);
  }

  int anyCode() {
    return calm ? workload.codeVersions() : 1 + chance.below(workload.codeVersions());
  }

  /** Goes on until a time; false if something was violated. */
  boolean runUntil(long ns) {
    while (violation == null && time.runNext(ns)) {
      clients.forEach(SimClient::poll);
    }
    return violation == null;
  }

  void restartLater(Machine machine) {
    int run = machine.incarnation();
    after(
        chance.delayNs(600 * MS, 6_000 * MS),
        () -> {
          if (!machine.up() && machine.incarnation() == run) {
            machine.start(machine.build(), anyCode());
          }
        });
  }

  void calmDown() {
    calm = true;
    appendFaults = 0;
    network.heal();
    for (Machine machine : machines) {
      machine.slowDisk(MS);
      machine.lie(false);
      machine.crashSoon(-1);
      if (machine.frozen()) {
        machine.thaw();
      }
      if (machine.up() && machine.types() != types(workload.codeVersions())) {
        machine.crash();
      }
      machine.start(NEW_BUILD, workload.codeVersions());
    }
  }

  /** What the cluster has of what it should have. */
  Wholeness wholeness() {
    return wholeness;
  }

  // ---- what machines tell ----

  void elected(int shard, long term, Machine machine) {
    hit(ClusterProbe.ELECTED);
    trace(machine.name() + "/" + shard + " is elected in term " + term);
    String before = elected.putIfAbsent(shard + "/" + term, machine.name());
    if (before != null) {
      broken(
          "term "
              + term
              + " of shard "
              + shard
              + " has two leaders: "
              + before
              + " and "
              + machine.name());
    }
  }

  void committed(int shard, long index, Entry entry) {
    trace("shard " + shard + " index " + index + " is " + entry.text());
    byte[] bytes = entry.bytes();
    if (bytes != null && mapLevel < Build.SLOTS_MOVE) {
      for (String record : EntryText.of(bytes).records()) {
        if (record.contains("slots ")) {
          violation(
              Checker.LEVEL,
              "",
              "at level " + mapLevel + " shard " + shard + " journals " + record);
        }
      }
    }
  }

  void applied(Held held, LogPosition position, byte[] bytes) {
    int shard = held.number();
    record(shard)
        .same(
            position.index(),
            new Entry(position.term(), bytes, null),
            held.raft().name() + " applies");
    var state = held.shard().parts().state();
    if (position.index() % 4 == 0) {
      facts(shard).equal(held.raft().name(), state);
    }
    if (!state.stored(position)) {
      hit(ClusterProbe.REPLAYED_OVER_NEWER_STORE);
    } else if (position.index() % 64 == 0) {
      facts(shard).recomputed(held.raft().name(), state);
    }
  }

  void gone(Held held) {
    trace(held.raft().name() + " is closed");
  }

  /** A machine has a newer map. */
  void seen(Machine machine, ClusterMap now) {
    mapLevel = Math.max(mapLevel, now.level());
    if (now.level() < Build.BUILDS_IN_MAP
        && now.nodes().stream().anyMatch(node -> node.build() != null)) {
      violation(Checker.LEVEL, "", "the map tells builds at level " + now.level());
    }
    if (now.level() < Build.SLOTS_MOVE && now.lastMove() > 0) {
      violation(Checker.LEVEL, "", "slots move at level " + now.level());
    }
    map = named(machine.name()) == machine ? newest() : map;
  }

  private ClusterMap newest() {
    return machines.stream()
        .filter(Machine::up)
        .map(one -> one.steward().view())
        .max(java.util.Comparator.comparingLong(view -> view.version()))
        .map(view -> view.map())
        .orElse(map);
  }

  /** A machine's build cannot work at the cluster's level. */
  void unfit(Machine machine, int level) {
    if (map.node(machine.name()).isPresent()) {
      violation(
          Checker.LEVEL,
          machine.name(),
          "level "
              + level
              + " was put in force, but "
              + machine.name()
              + " runs "
              + machine.build());
      return;
    }
    machine.crash();
    after(500 * MS, () -> machine.start(NEW_BUILD, anyCode()));
  }

  void failed(String where, Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      trace("  at " + frame);
    }
    violation(Checker.ASSERTION, "", where + ": " + failure);
  }

  void broken(String what) {
    violation(Checker.ASSERTION, "", what);
  }

  // ---- for the clients ----

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
    return calm;
  }

  @Override
  public boolean aside() {
    return false;
  }

  @Override
  public long retentionMicros() {
    return RETENTION.toNanos() / 1000;
  }

  @Override
  public int doors() {
    return machines.size();
  }

  @Override
  public Door door(int number) {
    return machines.get(number);
  }

  @Override
  public void called(Call call) {
    calls.add(call);
  }

  @Override
  public void judged(Call call, Outcome outcome, boolean repeat) {
    // What is rare here is counted where it happens.
  }

  @Override
  public void outside(SagaCheck.Outside effect) {
    throw new IllegalStateException("sagas are simulated on one shard");
  }

  @Override
  public void pause(long ns) {
    throw new IllegalStateException("sagas are simulated on one shard");
  }

  @Override
  public void violation(Checker checker, String about, String detail) {
    violation(new Violation(checker, about, detail));
  }

  private void violation(Violation found) {
    if (violation == null) {
      violation = found;
      trace("VIOLATION of " + found.checker().words() + ": " + found.detail());
    }
  }
}
