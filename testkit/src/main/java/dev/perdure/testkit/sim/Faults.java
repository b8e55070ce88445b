package dev.perdure.testkit.sim;

import java.util.List;

/** Decides what breaks and when. One thread. */
final class Faults {

  private static final long MS = 1_000_000;

  private final World world;
  private boolean over;
  private double appendFaultRate = 0.01;

  Faults(World world) {
    this.world = world;
  }

  void start() {
    if (world.settings().faultRate() > 0) {
      next();
    }
  }

  /** No more faults; what is broken heals. */
  void end() {
    over = true;
    appendFaultRate = 0;
    for (SimNode node : world.nodes()) {
      node.cutOff(false);
      node.slowUntil(0);
      node.crashSoon(-1);
      if (node.up()) {
        node.shard().readOnly("");
      }
    }
  }

  double appendFaultRate() {
    return world.settings().faultRate() > 0 ? appendFaultRate : 0;
  }

  private void next() {
    long meanNs = (long) (1000 * MS / world.settings().faultRate());
    world.after(
        world.chance().between(meanNs / 10, 2 * meanNs),
        () -> {
          if (!over) {
            strike(world.chance().of(world.nodes()));
            next();
          }
        });
  }

  private void strike(SimNode node) {
    Chance chance = world.chance();
    switch (chance.below(13)) {
      case 0 -> crash(node);
      case 1, 2 -> node.crashSoon(chance.below(12));
      case 3, 4 -> depose();
      case 5 -> cutOff(node);
      case 6 -> cutOffLeader();
      case 7 -> jump(node, chance.between(1, 30_000) * 1000);
      case 8 -> jump(node, -chance.between(1, 30_000) * 1000);
      case 9 -> {
        world.probes().hit(Probe.SLOW_APPLY);
        node.slowUntil(world.nowNs() + chance.between(100 * MS, 2000 * MS));
      }
      case 10 -> appendFaultRate = chance.of(List.of(0.0, 0.01, 0.05, 0.3));
      case 11 -> changeCode(node);
      default -> diskTrouble(node);
    }
  }

  private void crash(SimNode node) {
    if (node.up()) {
      node.crash();
      world.restartLater(node);
    }
  }

  private void depose() {
    world.probes().hit(Probe.LEADER_DEPOSED);
    world.group().electAnyone();
  }

  private void cutOffLeader() {
    int leader = world.group().leader();
    if (leader >= 0) {
      world.probes().hit(Probe.LEADER_CUT_OFF);
      cutOff(world.node(leader));
    }
  }

  private void cutOff(SimNode node) {
    if (world.nodes().size() == 1 || node.cutOff()) {
      return;
    }
    world.probes().hit(Probe.REPLICA_CUT_OFF);
    world.trace(node.name() + " is cut off");
    node.cutOff(true);
    world.after(
        world.chance().between(200 * MS, 5000 * MS),
        () -> {
          node.cutOff(false);
          world.trace(node.name() + " is connected");
        });
  }

  private void jump(SimNode node, long micros) {
    long by = world.chance().happens(0.2) ? micros * 20 : micros;
    world.probes().hit(by > 0 ? Probe.CLOCK_JUMPED_AHEAD : Probe.CLOCK_JUMPED_BACK);
    world.trace(node.name() + " wall clock jumps " + by + " µs");
    node.clock().jump(by);
  }

  private void changeCode(SimNode node) {
    int version = 1 + world.chance().below(world.workload().codeVersions());
    if (version != node.codeVersion()) {
      world
          .probes()
          .hit(version > node.codeVersion() ? Probe.CODE_CHANGED : Probe.CODE_ROLLED_BACK);
    }
    node.crash();
    world.restartLater(node, version);
  }

  private void diskTrouble(SimNode node) {
    if (world.chance().happens(0.5) && node.up()) {
      world.probes().hit(Probe.DISK_FULL);
      node.shard().readOnly("the disk is full");
      int run = node.incarnation();
      world.after(
          world.chance().between(50 * MS, 1500 * MS),
          () -> {
            if (node.runs(run)) {
              node.shard().readOnly("");
            }
          });
    } else {
      world.probes().hit(Probe.LIVE_STORE_LOST);
      world.trace(node.name() + " loses its live store");
      node.crash();
      node.disk().restoreSnapshot();
      world.restartLater(node);
    }
  }
}
