package dev.perdure.cli.proof;

import dev.perdure.cli.demo.Check;
import dev.perdure.cli.demo.DemoException;
import dev.perdure.cli.demo.DemoNodes;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Kills nodes with SIGKILL while transfers run against a flaky world, and compares in the end what
 * every saga says with the accounts and with what was done outside.
 */
final class SagasProof implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Patience EAGER =
      new Patience(Duration.ofMillis(10), Duration.ofMillis(250), Duration.ofMinutes(2));
  private static final long PROGRESS_MAX_NS = 60_000_000_000L;

  private final Clock clock = Clock.system();
  private final Settings settings;
  private final FlakyWorld world;
  private final DemoNodes nodes;
  private final Transfers transfers;
  private final Stop stop = new Stop();
  private volatile int killed;
  private volatile String phase = "starting";

  /**
   * A proof in a folder.
   *
   * @param accounts at least 2
   */
  record Settings(int transfers, int accounts, int kills, int nodes, long seed) {}

  /**
   * One kill and what came after it.
   *
   * @param underWay transfers whose end was waited for
   * @param heldUp those of them that say nothing of how soon sagas go on: a node that lives asked
   *     the world for them, which held that request up when the other was killed
   * @param readyMs from the new start of the process until a write at it would succeed
   * @param progressMs from the new start until each of the others under way had gone on, at
   *     whatever node
   */
  record Kill(int number, int underWay, int heldUp, long readyMs, long progressMs) {}

  /**
   * How it went.
   *
   * @param ends how many ended in which way
   * @param requests that the world got, and of these those it failed at and those it had done
   */
  record Report(
      boolean held,
      int transfers,
      double seconds,
      List<Kill> kills,
      Map<String, Long> ends,
      World requests,
      List<Check> checks) {}

  /** What the world met. */
  record World(long requests, long faults, long repeats, int effects) {}

  SagasProof(Path folder, Settings settings) throws IOException {
    this.settings = settings;
    this.world = new FlakyWorld(settings.seed() + 1);
    this.nodes = new DemoNodes(folder, settings.nodes(), world.environment());
    this.transfers = new Transfers(settings.transfers(), settings.accounts(), settings.seed());
  }

  /** One line on how far it is. */
  String progress() {
    return phase.isEmpty()
        ? "%,d of %,d transfers, %d of %d kills"
            .formatted(transfers.done(), transfers.count(), killed, settings.kills())
        : phase;
  }

  Report run() throws GaveUpException {
    nodes.form();
    try (NodeClient client = new NodeClient(nodes.apiUris(), REQUEST_TIMEOUT)) {
      Delivery delivery = new Delivery(client, EAGER, stop);
      transfers.open(delivery);
      long startNs = clock.monotonicNs();
      phase = "";
      List<Kill> kills = loadAndKill(delivery);
      double seconds = (clock.monotonicNs() - startNs) / 1e9;
      phase = "comparing sagas, accounts and effects";
      SagaChecks checks = new SagaChecks(transfers.sagas(delivery));
      checks.check(
          "nodes were killed in the middle of the transfers",
          kills.size() == settings.kills(),
          "%d of %d times".formatted(kills.size(), settings.kills()));
      checks.ended(transfers.count());
      checks.money(transfers.balances(delivery), transfers.expected(checks.completed()));
      checks.effects(world.effects());
      boolean held = checks.checks().stream().allMatch(Check::held);
      World met =
          new World(world.requests(), world.faults(), world.repeats(), world.effects().size());
      return new Report(
          held, transfers.count(), seconds, kills, checks.ends(), met, checks.checks());
    }
  }

  private List<Kill> loadAndKill(Delivery delivery) throws GaveUpException {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Thread loader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    transfers.run(delivery);
                  } catch (GaveUpException | RuntimeException e) {
                    failure.set(e);
                  }
                });
    List<Kill> kills = kills(delivery, () -> !loader.isAlive());
    try {
      loader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GaveUpException("interrupted", true);
    }
    switch (failure.get()) {
      case null -> {}
      case GaveUpException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IllegalStateException(e);
    }
    return kills;
  }

  private List<Kill> kills(Delivery delivery, BooleanSupplier loadEnded) throws GaveUpException {
    SplittableRandom random = new SplittableRandom(settings.seed());
    List<Kill> kills = new ArrayList<>();
    for (int number = 1; number <= settings.kills(); number++) {
      double share = (number - 0.3 + random.nextDouble(0.6)) / (settings.kills() + 1);
      while ((double) transfers.done() / transfers.count() < share) {
        if (loadEnded.getAsBoolean() || stop.await(1)) {
          return kills;
        }
      }
      kills.add(killOnce(number, delivery));
    }
    return kills;
  }

  private Kill killOnce(int number, Delivery delivery) throws GaveUpException {
    int victim = nodes.kill();
    killed = number;
    Set<String> open = new HashSet<>(transfers.underWay());
    int underWay = open.size();
    open.removeAll(world.heldUp(victim));
    int heldUp = underWay - open.size();
    long startNs = clock.monotonicNs();
    nodes.start();
    CompletableFuture<Long> ready =
        CompletableFuture.supplyAsync(this::awaitReady, Thread::startVirtualThread);
    if (settings.nodes() == 1) {
      await(ready); // nobody else can say how sagas go, and to ask would only cost it time
    }
    Map<String, Long> versions = new HashMap<>();
    while (!open.isEmpty()) {
      if (ready.isCompletedExceptionally()) {
        await(ready); // says why
      }
      if (clock.monotonicNs() - startNs > PROGRESS_MAX_NS) {
        throw new DemoException(
            "after kill %d these made no progress within a minute: %s".formatted(number, open));
      }
      for (String id : List.copyOf(open)) {
        if (!transfers.underWay().contains(id)
            || world.heardOf(id, startNs)
            || wentOn(transfers.look(delivery, id), id, versions)) {
          open.remove(id);
        }
      }
    }
    long progressNs = clock.monotonicNs();
    long readyMs = (await(ready) - startNs) / 1_000_000;
    return new Kill(number, underWay, heldUp, readyMs, (progressNs - startNs) / 1_000_000);
  }

  private long awaitReady() {
    nodes.awaitReady();
    return clock.monotonicNs();
  }

  private static long await(CompletableFuture<Long> ready) {
    try {
      return ready.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DemoException known ? known : e;
    }
  }

  private static boolean wentOn(@Nullable JsonNode saga, String id, Map<String, Long> versions) {
    if (saga == null) {
      return false; // the kill came before the request to begin it; that is sent again
    }
    long version = saga.path("version").asLong();
    Long before = versions.putIfAbsent(id, version);
    return saga.has("ended")
        || saga.path("status").asString().equals("parked")
        || (before != null && before < version);
  }

  @Override
  public void close() {
    stop.request();
    nodes.end();
    world.close();
  }
}
