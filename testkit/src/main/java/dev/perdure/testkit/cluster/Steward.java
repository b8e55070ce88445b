package dev.perdure.testkit.cluster;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.ClusterView;
import dev.perdure.runtime.cluster.Disk;
import dev.perdure.runtime.cluster.Heard;
import dev.perdure.runtime.cluster.MapMessage;
import dev.perdure.runtime.cluster.Plan;
import dev.perdure.runtime.cluster.StatusMessage;
import dev.perdure.runtime.shard.Asked;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.type.EntityModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a machine does for its cluster all the time, as the runtime's Control does it: keeps its map
 * new, makes itself known, asks others how they are, and plans where the system shard leads. The
 * map's rules and the plan are the runtime's own.
 */
final class Steward {

  private static final long MS = 1_000_000;
  private static final long TICK_NS = 250 * MS;
  private static final long DEAD_AFTER_NS = 7_000 * MS;
  private static final long COMMAND_MAX_NS = 4_000 * MS;
  private static final long LOOK_NS = 5 * MS;
  private static final int SHARDS = 2;
  private static final EntityModel MAP =
      Objects.requireNonNull(MapMessage.types().stored(ClusterMap.ADDRESS.type()));

  private final Machine machine;
  private final ClusterWorld world;
  private final ClusterView view;
  private final Heard heard;
  private final Caretaker caretaker;
  private boolean commanding;
  private boolean belonged;
  private long planningSinceNs;

  Steward(Machine machine) {
    this.machine = machine;
    this.world = machine.world();
    this.view = new ClusterView(machine.saved().version(), machine.saved().map());
    this.heard = new Heard(machine.clock());
    this.caretaker = new Caretaker(machine, this);
  }

  ClusterView view() {
    return view;
  }

  Heard heard() {
    return heard;
  }

  /** True if it was removed from the cluster since it started. */
  boolean removed() {
    return belonged && view.map().node(machine.name()).isEmpty();
  }

  Caretaker caretaker() {
    return caretaker;
  }

  void start() {
    planningSinceNs = now();
    machine.later(world.chance().between(0, TICK_NS), this::tick);
  }

  void leftBehind(int shard, String leader) {
    caretaker.leftBehind(shard, leader);
  }

  void unfinished(int shard) {
    caretaker.unfinished(shard);
  }

  private long now() {
    return machine.clock().monotonicNs();
  }

  private void tick() {
    machine.later(TICK_NS, this::tick);
    refresh();
    if (!atLevel()) {
      return;
    }
    introduce();
    caretaker.tick();
    askAll();
    if (!commanding) {
      plan();
    }
  }

  // ---- the map ----

  private void refresh() {
    Held system = machine.held(ClusterMap.SYSTEM_SHARD);
    if (system != null) {
      EntityLoader.Genesis at =
          new EntityLoader(system.shard().store()).current(ClusterMap.ADDRESS, MAP);
      take(at.version(), (ClusterMap) at.state());
    }
    List<Machine> others = world.machines().stream().filter(one -> one != machine).toList();
    if (!others.isEmpty()) {
      Machine other = world.chance().of(others);
      world.network().send(machine, other, () -> other.steward().tell(machine));
    }
  }

  private void tell(Machine to) {
    long version = view.version();
    ClusterMap map = view.map();
    world.network().send(machine, to, () -> to.steward().take(version, map));
  }

  private void take(long version, ClusterMap map) {
    if (view.update(version, map)) {
      machine.save(version, map);
      world.seen(machine, map);
      heard.retain(map.nodes().stream().map(ClusterMap.Node::id).toList());
    }
  }

  private boolean atLevel() {
    ClusterMap map = view.map();
    if (map.id().isEmpty() || map.level() == machine.level()) {
      return true;
    }
    if (!machine.build().supports(map.level())) {
      world.unfit(machine, map.level());
      return false;
    }
    machine.raise(map.level());
    return true;
  }

  private void introduce() {
    ClusterMap map = view.map();
    if (commanding) {
      return;
    }
    if (map.id().isEmpty()) {
      Held system = machine.held(ClusterMap.SYSTEM_SHARD);
      if (machine.id() == 0 && system != null && system.shard().leads()) {
        int level = machine.level();
        submit(List.of(new ClusterCommand.Found("simulated", SHARDS, self(level), level, 0)));
      }
      return;
    }
    ClusterMap.Node known = map.node(machine.name()).orElse(null);
    belonged |= known != null;
    if (known == null && belonged) {
      return; // it was removed; started again, it may join again
    }
    ClusterMap.Node self = self(map.level());
    if (known == null || !same(known, self)) {
      submit(List.of(new ClusterCommand.Join(self)));
    }
  }

  private static boolean same(ClusterMap.Node known, ClusterMap.Node self) {
    return Objects.equals(known.build(), self.build()) && known.address().equals(self.address());
  }

  private ClusterMap.Node self(int level) {
    ClusterMap.Node self =
        new ClusterMap.Node(
            machine.name(),
            machine.name(),
            machine.name() + ":1",
            "",
            ClusterMap.Status.SERVING,
            machine.build());
    return world.has(ClusterBug.BUILD_TOLD_EARLY) ? self : self.at(level, machine.build());
  }

  // ---- others ----

  private void askAll() {
    for (ClusterMap.Node node : view.map().nodes()) {
      if (!node.id().equals(machine.name())) {
        Machine other = world.named(node.id());
        world.network().send(machine, other, () -> other.steward().answerStatus(machine));
      }
    }
  }

  private void answerStatus(Machine to) {
    StatusMessage status = status();
    world.network().send(machine, to, () -> to.steward().said(status));
  }

  private void said(StatusMessage status) {
    heard.said(status);
    status.replicas().stream()
        .filter(StatusMessage.Replica::leads)
        .forEach(one -> view.leads(one.shard(), status.node(), one.term()));
  }

  /** What this machine says of itself. */
  StatusMessage status() {
    List<StatusMessage.Replica> all = new ArrayList<>();
    for (Held held : machine.replicas()) {
      LogDisk log = held.raft().disk();
      all.add(
          new StatusMessage.Replica(
              held.number(),
              held.shard().leads(),
              log.term(),
              held.applied() - 1,
              log.last(),
              log.members().all().stream().map(one -> "n" + one).toList(),
              held.shard().parts().state().hash(),
              held.shard().parts().state().hashes(),
              0));
    }
    return new StatusMessage(machine.name(), all, new Disk("", false, MS), machine.build(), "", 0);
  }

  // ---- planning ----

  private void plan() {
    Held system = machine.held(ClusterMap.SYSTEM_SHARD);
    ClusterMap map = view.map();
    if (system == null || !system.shard().leads() || map.id().isEmpty()) {
      planningSinceNs = now();
      return;
    }
    if (now() - planningSinceNs >= Heard.ALIVE_NS) {
      submit(Plan.next(map, heard(map)));
    }
  }

  private boolean alive(String node) {
    return node.equals(machine.name()) || heard.alive(node);
  }

  private Plan.Heard heard(ClusterMap map) {
    Set<String> alive = new HashSet<>();
    Set<String> dead = new HashSet<>();
    for (ClusterMap.Node node : map.nodes()) {
      if (alive(node.id())) {
        alive.add(node.id());
      } else if (now() - Math.max(planningSinceNs, heard.lastNs(node.id(), planningSinceNs))
          > DEAD_AFTER_NS) {
        dead.add(node.id());
      }
    }
    List<StatusMessage> said = new ArrayList<>(heard.statuses().values());
    said.add(status());
    Set<Integer> resting = new HashSet<>();
    for (StatusMessage status : said) {
      for (StatusMessage.Replica one : status.replicas()) {
        if (alive.contains(status.node())
            && one.leads()
            && Set.copyOf(map.replicasOf(one.shard())).equals(Set.copyOf(one.members()))) {
          resting.add(one.shard());
        }
      }
    }
    return new Plan.Heard(alive, dead, resting, Map.of());
  }

  private void submit(List<ClusterCommand> commands) {
    if (commands.isEmpty() || commanding) {
      return;
    }
    commanding = true;
    submit(commands, 0);
  }

  private void submit(List<ClusterCommand> commands, int at) {
    if (at == commands.size()) {
      commanding = false;
      return;
    }
    command(commands.get(at), outcome -> submit(commands, at + 1));
  }

  /** Asks for a change of the map; the answer may be that it is not known what became of it. */
  void command(ClusterCommand command, Consumer<Outcome> told) {
    String id = machine.name() + "-" + world.tick();
    world.trace(machine.name() + " wants " + command);
    Asked<Outcome> asked =
        machine.ask(
            new EntityCommand(
                ClusterMap.ADDRESS,
                MAP.body(command),
                id,
                EntityCommand.Precondition.NONE,
                new CallContext("system:control", "", now() + COMMAND_MAX_NS)),
            id);
    await(asked, told);
  }

  /** Reads the map linearly; null if nobody could confirm it. */
  void newestMap(Consumer<@Nullable ClusterMap> told) {
    CallContext context = new CallContext("system:control", "", now() + COMMAND_MAX_NS);
    await(
        machine.read(ClusterMap.ADDRESS, context),
        read -> {
          byte[] state = read.state();
          told.accept(
              read.answer() instanceof Outcome.Done && state != null
                  ? MapMessage.read(state)
                  : null);
        });
  }

  /** Looks for an answer now and then. */
  <T> void await(Asked<T> asked, Consumer<T> told) {
    T outcome = asked.poll();
    if (outcome == null) {
      machine.later(LOOK_NS, () -> await(asked, told));
    } else {
      told.accept(outcome);
    }
  }

  // ---- levels ----

  /** Puts the highest level in force, if every node says that it supports it. */
  void raise() {
    List<ClusterCommand.Runs> builds = new ArrayList<>();
    List<ClusterMap.Node> nodes = view.map().nodes();
    builds.add(new ClusterCommand.Runs(machine.name(), machine.build()));
    for (ClusterMap.Node node : nodes) {
      if (!node.id().equals(machine.name())) {
        Machine other = world.named(node.id());
        world
            .network()
            .send(
                machine,
                other,
                () -> {
                  Build build = other.build();
                  world
                      .network()
                      .send(
                          other,
                          machine,
                          () -> builds.add(new ClusterCommand.Runs(node.id(), build)));
                });
      }
    }
    machine.later(1_000 * MS, () -> raise(builds, nodes));
  }

  private void raise(List<ClusterCommand.Runs> builds, List<ClusterMap.Node> nodes) {
    int highest = builds.stream().mapToInt(one -> one.build().newest()).max().orElse(1);
    List<ClusterCommand.Runs> said = builds;
    if (world.has(ClusterBug.RAISED_UNASKED)) {
      said =
          nodes.stream()
              .map(one -> new ClusterCommand.Runs(one.id(), ClusterWorld.NEW_BUILD))
              .toList();
      highest = ClusterWorld.NEW_BUILD.newest();
    }
    command(
        new ClusterCommand.Raise(highest, said),
        outcome -> {
          world.hit(
              outcome instanceof Outcome.Done ? ClusterProbe.RAISED : ClusterProbe.RAISE_REFUSED);
        });
  }
}
