package dev.perdure.testkit.cluster;

import dev.perdure.runtime.Build;
import dev.perdure.runtime.cluster.ClusterCommand;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.testkit.sim.Chance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what breaks and what operators do. Each seed has some kinds only, so that rare ones meet
 * often. What is lost for good is lost on one machine at a time: that is what three replicas bear.
 */
final class ClusterFaults {

  private static final long MS = 1_000_000;

  private enum Kind {
    CUT,
    BAD_LINKS,
    CRASH,
    CRASH_ALL,
    FREEZE,
    SLOW_DISK,
    LYING_DISK,
    EMPTY_DISK,
    DEATH,
    CLOCK,
    BUILD,
    OPERATOR,
    TRANSFER,
    APPENDS
  }

  private final ClusterWorld world;
  private final List<Kind> kinds = new ArrayList<>();
  private final long meanNs;
  private boolean over;

  ClusterFaults(ClusterWorld world) {
    this.world = world;
    for (Kind kind : Kind.values()) {
      if (world.chance().happens(0.6)) {
        kinds.add(kind);
      }
    }
    if (kinds.isEmpty()) {
      kinds.addAll(Arrays.asList(Kind.values()));
    }
    meanNs = world.chance().between(250, 1200) * MS;
  }

  void start() {
    world.trace("faults begin: " + kinds);
    next();
  }

  void end() {
    over = true;
  }

  private void next() {
    world.after(
        world.chance().between(meanNs / 10, 2 * meanNs),
        () -> {
          if (!over) {
            strike();
            next();
          }
        });
  }

  private void later(long minMs, long maxMs, Runnable action) {
    world.after(
        world.chance().between(minMs * MS, maxMs * MS),
        () -> {
          if (!over) {
            action.run();
          }
        });
  }

  /** A machine; more often one that leads something. */
  private Machine victim() {
    List<Machine> alive = world.alive();
    List<Machine> leaders = alive.stream().filter(ClusterFaults::leads).toList();
    return world.chance().of(leaders.isEmpty() || world.chance().happens(0.4) ? alive : leaders);
  }

  private static boolean leads(Machine machine) {
    return machine.replicas().stream().anyMatch(held -> held.shard().leads());
  }

  private void strike() {
    Machine machine = victim();
    Chance chance = world.chance();
    switch (chance.of(kinds)) {
      case CUT -> cut(machine);
      case BAD_LINKS -> {
        world.hit(ClusterProbe.LINKS_BAD);
        world.network().bad(chance.between(2, 30) / 100.0);
        later(500, 4000, () -> world.network().bad(0));
      }
      case CRASH -> crash(machine);
      case CRASH_ALL -> {
        if (chance.happens(0.3)) {
          world.hit(ClusterProbe.ALL_CRASHED);
          world.alive().forEach(this::stop);
        }
      }
      case FREEZE -> freeze(machine);
      case SLOW_DISK -> slow(machine);
      case LYING_DISK -> lie(machine);
      case EMPTY_DISK -> empty(machine);
      case DEATH -> die(machine);
      case CLOCK -> {
        world.hit(ClusterProbe.CLOCK_JUMPED);
        machine.setWallClock(chance.between(-60_000, 60_000) * 1000);
      }
      case BUILD -> build(machine);
      case OPERATOR -> operate(machine);
      case TRANSFER -> transfer(machine);
      case APPENDS -> world.appendFaults(chance.of(List.of(0.0, 0.02, 0.1, 0.4)));
    }
  }

  private void cut(Machine machine) {
    List<Integer> alive = world.alive().stream().map(Machine::id).toList();
    ClusterProbe shape = world.network().cut(alive, machine.id());
    world.hit(shape);
    world.trace("network: " + shape.words());
    later(
        600,
        6000,
        () -> {
          world.trace("network: healed");
          world.network().heal();
        });
  }

  private void stop(Machine machine) {
    if (machine.up()) {
      machine.crash();
      world.restartLater(machine);
    }
  }

  private void crash(Machine machine) {
    if (world.chance().happens(0.5)) {
      machine.crashSoon(world.chance().below(12));
    } else {
      stop(machine);
    }
  }

  private void freeze(Machine machine) {
    if (machine.up() && !machine.frozen()) {
      world.hit(ClusterProbe.FROZEN);
      world.trace(machine.name() + " is frozen");
      int run = machine.incarnation();
      machine.freeze();
      later(
          100,
          4000,
          () -> {
            if (machine.runs(run) && machine.frozen()) {
              world.trace(machine.name() + " goes on");
              machine.thaw();
            }
          });
    }
  }

  private void slow(Machine machine) {
    world.hit(ClusterProbe.SLOW_DISK);
    machine.slowDisk(world.chance().between(20, 700) * MS);
    machine.slowToApply(world.nowNs() + world.chance().between(100, 3000) * MS);
    later(1000, 8000, () -> machine.slowDisk(MS));
  }

  // ---- what is lost for good ----

  private void lie(Machine machine) {
    if (!bearsLoss()) {
      return;
    }
    world.hit(ClusterProbe.LYING_DISK);
    world.trace(machine.name() + "'s disk lies");
    machine.lie(true);
    later(
        300,
        3000,
        () -> {
          stop(machine);
          machine.lie(false);
        });
  }

  private void empty(Machine machine) {
    if (bearsLoss()) {
      world.hit(ClusterProbe.DISK_EMPTIED);
      world.trace(machine.name() + " gets an empty disk");
      machine.crash();
      machine.erase();
      world.restartLater(machine);
    }
  }

  private void die(Machine machine) {
    if (bearsLoss() && world.machines().size() < 9) {
      world.hit(ClusterProbe.DIED_FOR_GOOD);
      world.trace(machine.name() + " dies");
      machine.die();
      world.after(world.chance().between(500 * MS, 4_000 * MS), world::fresh);
    }
  }

  private boolean bearsLoss() {
    return world.wholeness().bearsLoss() && world.machines().stream().noneMatch(Machine::lies);
  }

  // ---- what operators do ----

  private void build(Machine machine) {
    Build next = machine.build();
    if (!machine.build().equals(ClusterWorld.NEW_BUILD)) {
      next = ClusterWorld.NEW_BUILD;
      world.hit(ClusterProbe.BUILD_CHANGED);
    } else if (world.chance().happens(0.5)) {
      Machine operator = victim();
      if (operator.up() && !operator.frozen()) {
        operator.steward().raise();
      }
      return;
    }
    Build with = next;
    machine.crash();
    later(100, 2000, () -> machine.start(with, world.anyCode()));
    world.restartLater(machine);
  }

  private void operate(Machine machine) {
    Machine operator = victim();
    if (!operator.up() || operator.frozen()) {
      return;
    }
    ClusterCommand command = command(machine, world.map());
    if (command != null) {
      operator.steward().command(command, outcome -> {});
    }
  }

  private @Nullable ClusterCommand command(Machine machine, ClusterMap map) {
    Chance chance = world.chance();
    ClusterMap.Node node = map.node(machine.name()).orElse(null);
    if (node == null || map.shards().isEmpty()) {
      return null;
    }
    long serving =
        map.nodes().stream()
            .filter(one -> one.status() == ClusterMap.Status.SERVING)
            .filter(one -> !world.named(one.id()).dead())
            .count();
    return switch (chance.below(4)) {
      case 0 -> {
        boolean drained = node.status() == ClusterMap.Status.DRAINING;
        world.hit(ClusterProbe.DRAINED);
        yield new ClusterCommand.Mark(
            node.id(), drained ? ClusterMap.Status.SERVING : ClusterMap.Status.DRAINING);
      }
      case 1 -> {
        if (serving <= 3 || node.status() != ClusterMap.Status.SERVING) {
          yield null;
        }
        world.hit(ClusterProbe.REMOVED);
        yield new ClusterCommand.Mark(node.id(), ClusterMap.Status.LEAVING);
      }
      case 2 -> {
        if (world.machines().size() < 9) {
          world.fresh();
        }
        yield null;
      }
      default -> {
        int shard = chance.of(world.wholeness().allShards());
        List<String> nodes = new ArrayList<>(map.replicasOf(shard));
        if (nodes.contains(node.id()) || nodes.size() < 3 || machine.dead()) {
          nodes.add(nodes.removeFirst());
        } else {
          nodes.set(chance.below(nodes.size()), node.id());
        }
        world.hit(ClusterProbe.PLACED_ELSEWHERE);
        yield new ClusterCommand.Place(shard, nodes);
      }
    };
  }

  private void transfer(Machine machine) {
    for (Held held : machine.replicas()) {
      Leading leading = held.raft().leading();
      if (leading != null && !machine.frozen()) {
        List<Integer> others = new ArrayList<>(leading.matched().keySet());
        others.retainAll(held.raft().disk().members().now());
        if (!others.isEmpty()) {
          leading.transfer(world.chance().of(others));
          return;
        }
      }
    }
  }
}
