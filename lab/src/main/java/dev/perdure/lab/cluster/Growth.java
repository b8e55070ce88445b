package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.check.AccountFacts;
import dev.perdure.lab.cluster.check.Check;
import dev.perdure.lab.cluster.check.HistoryChecks;
import dev.perdure.lab.cluster.check.LedgerReader;
import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.load.Gaps;
import dev.perdure.lab.cluster.load.History;
import dev.perdure.lab.cluster.load.Load;
import dev.perdure.lab.cluster.load.LoadSettings;
import dev.perdure.lab.cluster.load.Recorded;
import dev.perdure.lab.cluster.load.Result.Status;
import dev.perdure.lab.cluster.load.Stop;
import dev.perdure.lab.cluster.process.PerdureCommand;
import dev.perdure.lab.cluster.view.Administrator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node under load becomes a cluster of three, of five, and of three again; then one node is
 * drained and started anew, a shard is split, and slots are moved.
 */
public final class Growth implements AutoCloseable {

  private static final int FEW = 3;
  private static final int MANY = 5;
  private static final Duration STEP_MAX = Duration.ofMinutes(3);
  private static final Duration STOP_MAX = Duration.ofSeconds(40);
  private static final Duration LEDGER_MAX = Duration.ofMinutes(2);
  private static final Duration COMPLETE_MAX = Duration.ofMinutes(1);
  private static final int POLL_MS = 50;
  private static final int MOVED_FROM = 1_400;
  private static final int MOVED_TO = 2_600;

  private final PerdureCommand command;
  private final long calmMs;
  private final Path folder;
  private final Stop stop = new Stop();
  private final List<Timed> timed = new ArrayList<>();
  private volatile String phase = "";
  private volatile @Nullable Cluster current;

  /**
   * A growth.
   *
   * @param command how {@code perdure} is started
   * @param calm how long the load goes on after each step before the next one
   * @param folder gets the nodes' data, their logs and the history
   */
  public Growth(PerdureCommand command, Duration calm, Path folder) {
    this.command = command;
    this.calmMs = calm.toMillis();
    this.folder = folder;
  }

  private record Timed(String what, long fromNs, long doneNs, long toNs) {}

  /** What it is doing, for people; may be asked by any thread. */
  public String phase() {
    return phase;
  }

  /**
   * Does all of it.
   *
   * @param seed of what is asked
   */
  public GrowthReport run(long seed) {
    ClusterSettings settings = new ClusterSettings(command, MANY, true, FEW, folder, false, false);
    try (Cluster cluster = Cluster.startFirst(settings);
        Administrator admin = new Administrator(cluster.addresses());
        History history = new History(folder.resolve("history.ndjson"))) {
      current = cluster;
      Load load = new Load(LoadSettings.of(seed), cluster.addresses(), history);
      load.start();
      List<Check> checks = new ArrayList<>();
      try {
        steps(new Steps(cluster, admin), history);
        checks.add(noneGaveUp(history.recorded())); // what the end of the load cuts off is no fault
      } finally {
        load.stop();
      }
      List<Recorded> underLoad = history.recorded();
      load.complete(COMPLETE_MAX);
      checks.addAll(checks(cluster, history));
      return report(underLoad, checks);
    }
  }

  private void steps(Steps steps, History history) {
    step(history, "one node", () -> {});
    step(history, "1 to 3 nodes", () -> steps.grow(FEW));
    step(history, "three nodes", () -> {});
    step(history, "3 to 5 nodes", () -> steps.grow(MANY));
    step(history, "5 to 3 nodes", steps::shrink);
    step(history, "drain a node", steps::drain);
    step(history, "start it anew", steps::restart);
    step(history, "split a shard", steps::split);
    step(history, "move " + (MOVED_TO - MOVED_FROM + 1) + " slots", steps::move);
  }

  private void step(History history, String what, Runnable act) {
    phase = what;
    history.fault(false, what);
    long fromNs = history.now();
    act.run();
    long doneNs = history.now();
    history.fault(true, what);
    pause(calmMs);
    timed.add(new Timed(what, fromNs, doneNs, history.now()));
  }

  private void pause(long ms) {
    if (stop.await(ms)) {
      throw new LabException("interrupted");
    }
  }

  /** What is done to the nodes, each time until it has taken effect. */
  private final class Steps {

    private final Cluster cluster;
    private final Administrator admin;

    Steps(Cluster cluster, Administrator admin) {
      this.cluster = cluster;
      this.admin = admin;
    }

    void grow(int nodes) {
      for (int node = 2; node <= nodes; node++) {
        cluster.node(node).start();
      }
      for (int node = 2; node <= nodes; node++) {
        cluster.node(node).awaitReady(STEP_MAX);
      }
      if (nodes > FEW) {
        until("all nodes are in the map", () -> admin.nodes() == nodes);
        admin.change("/replicas/" + nodes);
      }
      whole(nodes);
    }

    void shrink() {
      admin.change("/replicas/" + FEW);
      for (int node = FEW + 1; node <= MANY; node++) {
        admin.change("/nodes/" + admin.id("n" + node) + "/leave");
      }
      until("two nodes have left", () -> admin.nodes() == FEW && admin.quiet());
      for (int node = FEW + 1; node <= MANY; node++) {
        cluster.node(node).terminate(STOP_MAX);
      }
      whole(FEW);
    }

    void drain() {
      String id = admin.id("n2");
      admin.change("/nodes/" + id + "/drain");
      until("the drained node leads nothing", () -> !admin.leads(id));
    }

    void restart() {
      cluster.node(2).terminate(STOP_MAX);
      cluster.node(2).start();
      cluster.node(2).awaitReady(STEP_MAX);
      admin.change("/nodes/" + admin.id("n2") + "/serve");
      whole(FEW);
    }

    void split() {
      int before = admin.shards();
      admin.change("/shards/0/split");
      until("the shard is split", () -> admin.shards() == before + 1 && admin.quiet());
    }

    void move() {
      int after = admin.slots(0) + MOVED_TO - MOVED_FROM + 1;
      admin.change("/shards/0/slots/" + MOVED_FROM + "-" + MOVED_TO);
      until("the slots are moved", () -> admin.slots(0) == after && admin.quiet());
    }

    private void whole(int nodes) {
      if (!cluster.watch(nodes).awaitCaughtUp(STEP_MAX)) {
        throw new LabException(
            "not every shard has %d replicas that caught up: %s".formatted(nodes, admin.status()));
      }
    }

    private void until(String what, BooleanSupplier condition) {
      long endNs = System.nanoTime() + STEP_MAX.toNanos();
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - endNs > 0) {
          throw new LabException("not seen: " + what + "; " + admin.status());
        }
        pause(POLL_MS);
      }
    }
  }

  private static Check noneGaveUp(List<Recorded> all) {
    List<String> givenUp =
        all.stream()
            .filter(one -> one.result().status() == Status.NOT_EXECUTED)
            .map(one -> one.operation() + ": " + one.result().code())
            .toList();
    return Check.none("no client gave up, repeating as it was told", "given up", givenUp);
  }

  private static List<Check> checks(Cluster cluster, History history) {
    List<Check> checks = new ArrayList<>();
    List<Recorded> all = history.recorded();
    try (LedgerReader reader = new LedgerReader(cluster.addresses().subList(0, FEW), LEDGER_MAX)) {
      Map<String, AccountFacts> ledger = reader.read(HistoryChecks.accounts(all));
      checks.addAll(new HistoryChecks(all, ledger).all());
    } catch (LabException e) {
      checks.add(new Check("everything can be read", false, String.valueOf(e.getMessage())));
    }
    checks.add(cluster.watch(FEW).replicasEqual(Duration.ofMinutes(1)));
    return checks;
  }

  private GrowthReport report(List<Recorded> underLoad, List<Check> checks) {
    List<GrowthReport.Step> steps = new ArrayList<>();
    for (Timed one : timed) {
      long acknowledged =
          underLoad.stream()
              .filter(Recorded::acknowledged)
              .filter(op -> op.returnedNs() >= one.fromNs && op.returnedNs() < one.toNs)
              .count();
      steps.add(
          new GrowthReport.Step(
              one.what,
              (one.doneNs - one.fromNs) / 1_000_000,
              acknowledged,
              Gaps.longestOfAnAccountNs(underLoad, one.fromNs, one.toNs) / 1_000_000));
    }
    return GrowthReport.of(steps, checks);
  }

  /** Ends what is under way: its nodes are killed, and it fails. */
  @Override
  public void close() {
    stop.request();
    Cluster cluster = current;
    if (cluster != null) {
      cluster.close();
    }
  }
}
