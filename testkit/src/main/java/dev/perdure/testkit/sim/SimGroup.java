package dev.perdure.testkit.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The replicated log as its replicas see it: one committed prefix, a tail that the leader of the
 * newest term still works on, and a change of leaders that keeps some part of that tail. Everything
 * that the journal's contract allows to happen to an append happens here.
 */
final class SimGroup {

  private static final long MS = 1_000_000;

  private final World world;
  private final List<LogEntry> log = new ArrayList<>();
  private long committed = -1;
  private long term;
  private int leader = -1;
  private long leaderlessSinceNs;
  private long entersAtNs;

  SimGroup(World world) {
    this.world = world;
  }

  int size() {
    return world.nodes().size();
  }

  LogEntry entry(long index) {
    return log.get((int) index);
  }

  long committed() {
    return committed;
  }

  long lastIndex() {
    return log.size() - 1L;
  }

  int leader() {
    return leader;
  }

  long term() {
    return term;
  }

  /** True if the node leads in a term and could tell so right now. */
  boolean leads(SimNode node, long inTerm) {
    return leader == node.id() && term == inTerm && node.up() && !node.cutOff();
  }

  boolean quorum() {
    long together = world.nodes().stream().filter(node -> node.up() && !node.cutOff()).count();
    return together * 2 > size();
  }

  // ---- appending ----

  void append(SimNode from, long inTerm, byte[] bytes) {
    world.trace(from.name() + " appends " + LogEntry.text(bytes));
    if (leader != from.id() || term != inTerm) {
      if (world.chance().happens(0.5)) {
        failLater(from, inTerm);
      }
      return;
    }
    double rate = world.faults().appendFaultRate();
    if (!world.chance().happens(rate)) {
      enterLater(from, new LogEntry(inTerm, bytes), 0);
      return;
    }
    switch (world.chance().below(4)) {
      case 0 -> {
        world.probes().hit(Probe.APPEND_LOST);
        failLater(from, inTerm);
      }
      case 1 -> {
        world.probes().hit(Probe.APPEND_LATE);
        failLater(from, inTerm);
        LogEntry late = new LogEntry(inTerm, bytes);
        int incarnation = from.incarnation();
        world.after(world.chance().between(MS, 400 * MS), () -> enter(from, incarnation, late));
      }
      case 2 -> {
        world.probes().hit(Probe.APPEND_FAILED_BUT_KEPT);
        failLater(from, inTerm);
        enterLater(from, new LogEntry(inTerm, bytes), 0);
      }
      default -> {
        world.probes().hit(Probe.APPEND_TWICE);
        enterLater(from, new LogEntry(inTerm, bytes), 0);
        enterLater(from, new LogEntry(inTerm, bytes), world.chance().between(0, 50 * MS));
      }
    }
  }

  private void failLater(SimNode from, long inTerm) {
    int incarnation = from.incarnation();
    world.after(
        world.chance().delayNs(5 * MS, 300 * MS),
        () ->
            from.tell(
                incarnation,
                "append failed in term " + inTerm,
                replica -> replica.appendFailed(inTerm, new IllegalStateException("simulated"))));
  }

  private void enterLater(SimNode from, LogEntry entry, long extraNs) {
    int incarnation = from.incarnation();
    long latencyNs = world.chance().delayNs(MS, 40 * MS);
    entersAtNs = Math.max(entersAtNs, world.nowNs() + latencyNs);
    world.after(entersAtNs + extraNs - world.nowNs(), () -> enter(from, incarnation, entry));
  }

  /** The leader has it on its own disk. */
  private void enter(SimNode from, int incarnation, LogEntry entry) {
    if (leader != from.id() || term != entry.term() || !from.runs(incarnation)) {
      if (world.chance().happens(0.7)) {
        failLater(from, entry.term());
      }
      return;
    }
    log.add(entry);
    world.trace("index " + (log.size() - 1) + " is " + entry);
    commitLater(entry, log.size() - 1);
  }

  private void commitLater(LogEntry entry, int index) {
    world.after(world.chance().delayNs(MS, 30 * MS), () -> commit(entry, index));
  }

  private void commit(LogEntry entry, int index) {
    if (index >= log.size() || log.get(index) != entry || index <= committed) {
      return;
    }
    boolean connected = leader >= 0 && !world.node(leader).cutOff() && world.node(leader).up();
    if (!connected || !quorum() || entry.term() > term) {
      world.after(20 * MS, () -> commit(entry, index));
      return;
    }
    for (long at = committed + 1; at <= index; at++) {
      log.get((int) at).committed(world.tick());
    }
    committed = index;
    world.nodes().forEach(this::spread);
  }

  /** A replica learns later how far the log is committed. */
  private void spread(SimNode node) {
    int incarnation = node.incarnation();
    long upTo = committed;
    world.after(
        node.id() == leader
            ? world.chance().delayNs(MS / 20, MS)
            : world.chance().delayNs(MS, 60 * MS),
        () -> {
          if (node.runs(incarnation) && !node.cutOff()) {
            node.committed(upTo);
          }
        });
  }

  /** Makes up for what a replica missed; called now and then. */
  void catchUp() {
    if (leader >= 0 && world.node(leader).up() && !world.node(leader).cutOff()) {
      world.nodes().forEach(this::spread);
    }
  }

  // ---- leadership ----

  /** A machine stopped; if it led, it does not when it comes back. */
  void crashed(SimNode node) {
    if (leader == node.id()) {
      leader = -1;
      leaderlessSinceNs = world.nowNs();
    }
  }

  /** Elects a leader if there is none that a quorum can reach. */
  void tick() {
    boolean led = leader >= 0 && world.node(leader).up() && !world.node(leader).cutOff();
    if (led) {
      leaderlessSinceNs = world.nowNs();
      return;
    }
    long patienceNs = world.chance().between(100 * MS, 1500 * MS);
    if (quorum() && world.nowNs() - leaderlessSinceNs > patienceNs) {
      electAnyone();
    }
  }

  /** Takes leadership from whoever has it. */
  void electAnyone() {
    List<SimNode> able =
        world.nodes().stream().filter(node -> node.up() && !node.cutOff()).toList();
    if (quorum()) {
      elect(world.chance().of(able));
    }
  }

  private void elect(SimNode next) {
    truncate();
    term++;
    leader = next.id();
    entersAtNs = world.nowNs();
    leaderlessSinceNs = world.nowNs();
    LogEntry opening = new LogEntry(term, null);
    log.add(opening);
    world.trace("term " + term + " led by " + next.name() + " from index " + (log.size() - 1));
    commitLater(opening, log.size() - 1);
    for (SimNode node : world.nodes()) {
      if (node != next || world.chance().happens(0.3)) {
        tellFollowing(node, node == next ? term - 1 : term);
      }
    }
  }

  private void truncate() {
    int tail = (int) (log.size() - 1 - committed);
    int lost = size() == 1 ? world.node(0).lostTail(tail) : world.chance().below(tail + 1);
    if (lost > 0) {
      world.probes().hit(Probe.TAIL_TRUNCATED);
      log.subList(log.size() - lost, log.size()).clear();
    }
  }

  private void tellFollowing(SimNode node, long newest) {
    node.news(newest);
    if (world.chance().happens(0.2)) {
      world.probes().hit(Probe.FOLLOWING_TOLD_TWICE);
      node.news(newest);
    }
  }

  /** The node applied everything up to the entry that opened its term. */
  void opened(SimNode node, long inTerm) {
    if (leader != node.id() || term != inTerm) {
      return;
    }
    node.leads(inTerm);
    if (world.chance().happens(0.1)) {
      int incarnation = node.incarnation();
      world.after(
          world.chance().between(0, 200 * MS),
          () -> {
            if (node.runs(incarnation) && leader == node.id() && term == inTerm) {
              world.probes().hit(Probe.LEADING_TOLD_TWICE);
              node.leads(inTerm);
            }
          });
    }
  }
}
