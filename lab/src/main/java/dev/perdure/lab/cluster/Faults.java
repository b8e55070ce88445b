package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.net.Link;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.cluster.net.Partitions;
import dev.perdure.lab.cluster.process.NodeProcess;
import dev.perdure.lab.cluster.view.ClusterWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Injects what a combination asks for; whom it hits follows from a seed and from who leads. */
final class Faults {

  private static final Duration CLOCK_STEP = Duration.ofMinutes(1);

  private final Cluster cluster;
  private final Network network;
  private final ClusterWatch watch;
  private final SplittableRandom random;

  Faults(Cluster cluster, SplittableRandom random) {
    this.cluster = cluster;
    this.network = cluster.network();
    this.watch = cluster.watch();
    this.random = random;
  }

  /**
   * A fault that is there.
   *
   * @param what was done, in words
   * @param heal undoes it
   */
  record Injected(String what, Runnable heal) {}

  /** Injects one. */
  Injected inject(Combination combination) {
    return switch (combination) {
      case HALF -> cut("half", Partitions.split(cluster.size(), Set.copyOf(minority())));
      case RING -> cut("ring", Partitions.ring(shuffled()));
      case BRIDGE -> cut("bridge", Partitions.bridge(shuffled()));
      case ONE_WAY -> oneWay();
      case ISOLATED_LEADER -> cut("alone", Partitions.isolated(cluster.size(), leader()));
      case KILL_LEADER -> kill(List.of(leader()));
      case KILL_FOLLOWER -> kill(List.of(follower()));
      case KILL_ALL -> kill(cluster.numbers());
      case STOP_LEADER -> freeze(List.of(leader()));
      case STOP_FOLLOWER -> freeze(List.of(follower()));
      case STOP_ALL -> freeze(cluster.numbers());
      case DISK_LEADER -> fill(leader());
      case DISK_FOLLOWER -> fill(follower());
      case CLOCK_FORWARD -> clock(CLOCK_STEP);
      case CLOCK_BACK -> clock(CLOCK_STEP.negated());
      case MIX -> any();
    };
  }

  private Injected any() {
    List<Combination> possible =
        Arrays.stream(Combination.values())
            .filter(one -> one != Combination.MIX)
            .filter(one -> cluster.hasClocks() || !one.needsClocks())
            .filter(one -> cluster.hasDisks() || !one.needsDisks())
            .toList();
    return inject(possible.get(random.nextInt(possible.size())));
  }

  /** The node that leads; any if nobody knows, so that the fault is there all the same. */
  private int leader() {
    return watch.leader().orElseGet(() -> 1 + random.nextInt(cluster.size()));
  }

  private int follower() {
    int leader = leader();
    List<Integer> others = new ArrayList<>(cluster.numbers());
    others.remove(Integer.valueOf(leader));
    return others.get(random.nextInt(others.size()));
  }

  private List<Integer> shuffled() {
    List<Integer> rest = new ArrayList<>(cluster.numbers());
    List<Integer> order = new ArrayList<>();
    while (!rest.isEmpty()) {
      int next = rest.get(random.nextInt(rest.size()));
      rest.remove(Integer.valueOf(next));
      order.add(next);
    }
    return order;
  }

  /** The smaller half; with and without the leader by turns of the dice. */
  private List<Integer> minority() {
    return shuffled().subList(0, cluster.size() / 2);
  }

  private Injected oneWay() {
    int victim = random.nextBoolean() ? leader() : 1 + random.nextInt(cluster.size());
    return random.nextBoolean()
        ? cut("mute", Partitions.mute(cluster.size(), victim))
        : cut("deaf", Partitions.deaf(cluster.size(), victim));
  }

  private Injected cut(String name, Set<Link> links) {
    network.cut(links);
    return new Injected(name + ": cut " + Link.words(links), () -> network.heal(links));
  }

  private Injected kill(List<Integer> victims) {
    // All at once: the second must not see the first one dead for long.
    List<Thread> kills =
        nodes(victims).stream().map(node -> Thread.ofVirtual().start(node::kill)).toList();
    kills.forEach(Faults::join);
    return new Injected(
        "SIGKILL " + words(victims), () -> nodes(victims).forEach(NodeProcess::start));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Injected freeze(List<Integer> victims) {
    nodes(victims).forEach(NodeProcess::pause);
    return new Injected(
        "SIGSTOP " + words(victims), () -> nodes(victims).forEach(NodeProcess::resume));
  }

  private Injected fill(int victim) {
    cluster.disk(victim).fill();
    return new Injected("disk of n" + victim + " full", () -> cluster.disk(victim).empty());
  }

  private Injected clock(Duration by) {
    int victim = 1 + random.nextInt(cluster.size());
    cluster.clock(victim).shift(by);
    return new Injected(
        "clock of n%d %+d s".formatted(victim, by.toSeconds()),
        () -> cluster.clock(victim).shift(Duration.ZERO));
  }

  private List<NodeProcess> nodes(List<Integer> numbers) {
    return numbers.stream().map(cluster::node).toList();
  }

  private static String words(List<Integer> numbers) {
    return String.join(" ", numbers.stream().map(number -> "n" + number).toList());
  }
}
