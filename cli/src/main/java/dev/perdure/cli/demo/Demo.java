package dev.perdure.cli.demo;

import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.example.ledger.imports.Balances;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One run: start, load and kill, verify. */
final class Demo {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /**
   * A generated load ends when the node was up for so long, and the kills are spread over it if the
   * load is slower.
   */
  private static final Duration UP_MAX = Duration.ofSeconds(25);

  /** With several nodes a killed one takes its time to come back, while the others work. */
  private static final Duration UP_MAX_OF_SEVERAL = Duration.ofSeconds(70);

  private static final int LATENCIES_MAX = 1_000_000;

  /** Comes back quickly: what is measured is the node's recovery, not the clients' caution. */
  private static final Patience EAGER =
      new Patience(Duration.ofMillis(10), Duration.ofMillis(250), Duration.ofSeconds(90));

  private final DemoSettings settings;
  private final DemoNodes nodes;
  private final Stop stop;
  private final Load load;
  private final Books books = new Books();
  private final Replies replies = new Replies(LATENCIES_MAX);
  private final Killer killer;
  private volatile long loadStartNs;
  private volatile String phase = "starting";

  Demo(DemoSettings settings, DemoNodes nodes, Stop stop) throws IOException {
    this.settings = settings;
    this.nodes = nodes;
    this.stop = stop;
    this.load =
        settings.input() == null
            ? new GeneratedLoad(settings, () -> timeShare() >= 1)
            : new BankLoad(settings.input(), settings.clients(), stop);
    this.killer = new Killer(nodes, replies, stop);
  }

  /** Runs it. The node is left running. */
  DemoReport run() throws IOException, GaveUpException {
    long startNs = Clock.system().monotonicNs();
    nodes.form();
    long startMs = (Clock.system().monotonicNs() - startNs) / 1_000_000;
    try (NodeClient client = new NodeClient(nodes.apiUris(), REQUEST_TIMEOUT);
        NodeClient admin = new NodeClient(nodes.first().adminUri(), REQUEST_TIMEOUT)) {
      Delivery delivery = new Delivery(client, EAGER, stop, replies::accept);
      loadStartNs = Clock.system().monotonicNs();
      phase = "";
      List<Kill> kills = loadAndKill(delivery);
      long loadNs = Clock.system().monotonicNs() - loadStartNs;
      DemoReport.Rate rate = DemoReport.Rate.of(loadNs, kills, replies);
      long answers = replies.done();
      phase = "verifying: every account, its history, its operations";
      List<Check> checks =
          verify(new Delivery(client, EAGER, stop), new Delivery(admin, EAGER, stop), kills);
      return new DemoReport(
          checks.stream().allMatch(Check::held),
          load.description(),
          settings.seed(),
          startMs,
          kills,
          answers,
          rate,
          delivery.repeats(),
          replies.recovered(),
          checks,
          kept());
    }
  }

  private double timeShare() {
    long upNs = Clock.system().monotonicNs() - loadStartNs - killer.downNs();
    Duration max = nodes.count() == 1 ? UP_MAX : UP_MAX_OF_SEVERAL;
    return (double) upNs / max.toNanos();
  }

  /** How much of the load is done; on a slow machine its time may be up first. */
  private double loadShare() {
    return Math.max((double) replies.done() / load.answers(), timeShare());
  }

  private DemoReport.@Nullable Kept kept() {
    return settings.keep()
        ? new DemoReport.Kept(
            nodes.first().pid(),
            nodes.first().apiUri().toString(),
            nodes.first().adminUri().toString(),
            nodes.first().data().toString(),
            nodes.first().log().toString())
        : null;
  }

  private List<Kill> loadAndKill(Delivery delivery) throws IOException, GaveUpException {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Thread loader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    load.run(delivery, books);
                  } catch (IOException | GaveUpException | RuntimeException e) {
                    failure.set(e);
                  }
                });
    try {
      List<Kill> kills = killer.run(settings, this::loadShare, delivery, () -> !loader.isAlive());
      loader.join();
      rethrow(failure.get());
      return kills;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GaveUpException("interrupted", true);
    }
  }

  private static void rethrow(@Nullable Exception failure) throws IOException, GaveUpException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case GaveUpException e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private List<Check> verify(Delivery delivery, Delivery admin, List<Kill> kills)
      throws GaveUpException {
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check(
            nodes.count() == 1
                ? "the node was killed in the middle of the load"
                : "the leader of most shards was killed in the middle of the load",
            kills.size() == settings.kills(),
            "%d of %d times".formatted(kills.size(), settings.kills())));
    checks.addAll(new Verification(delivery, admin, books).run(this::restart));
    if (nodes.count() > 1) {
      checks.add(new SameEverywhere(nodes, stop).check());
    }
    if (load instanceof BankLoad bank) {
      Reconciliation.of(
              bank.figures(),
              new Balances(delivery, settings.clients()).of(bank.figures().accountIds()))
          .checks()
          .stream()
          .skip(1) // the sums of rows, which the books have shown
          .forEach(check -> checks.add(new Check(check.statement(), check.held(), check.found())));
    }
    return checks;
  }

  private void restart() {
    nodes.first().kill();
    nodes.first().start();
    nodes.first().awaitReady();
    nodes.awaitCaughtUp();
  }

  /** One line on how far it is. */
  String progress() {
    return phase.isEmpty()
        ? "%,d of %,d replies, %d of %d kills"
            .formatted(replies.done(), load.answers(), killer.killed(), settings.kills())
        : phase;
  }
}
