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
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;

/**
 * Takes dependencies away while transfers go on, and then the other nodes: first the fraud check
 * hangs, which every transfer needs, then the gateway for notifications fails, which none does, and
 * in the end nothing can be written. Looks at what the rest of the node does meanwhile, at what the
 * dead dependency is sent, and at what is made up for when it is back.
 */
final class OutageProof implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Patience EAGER =
      new Patience(Duration.ofMillis(10), Duration.ofMillis(250), Duration.ofMinutes(3));
  private static final long MODE_MAX_NS = 60_000_000_000L;
  private static final long FINISH_MAX_NS = 180_000_000_000L;
  private static final int POLL_MS = 200;
  private static final double REST_SHARE_MIN = 0.95;
  private static final double AMPLIFICATION_MAX = 1.15;

  private final Clock clock = Clock.system();
  private final Settings settings;
  private final SwitchedWorld world;
  private final DemoNodes nodes;
  private final Stop stop = new Stop();
  private final List<Check> checks = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private volatile String phase = "starting";

  /**
   * A proof.
   *
   * @param rate transfers a second
   * @param hang seconds for which the fraud check hangs
   * @param calm seconds before it, and for which the gateway fails
   * @param nodes one, or three and more: then most of them are killed in the end
   */
  record Settings(int rate, int hang, int calm, int nodes) {}

  /**
   * A mode that was waited for.
   *
   * @param afterMs since its cause came or went
   */
  record Change(String cause, String mode, long afterMs) {}

  /**
   * How it went.
   *
   * @param calmRate deposits a second with everything in place: the median
   * @param hangRate the same while the fraud check hung
   * @param amplification requests to the fraud check for each transfer
   * @param finishMs from its recovery until all transfers had ended
   */
  record Report(
      boolean held,
      int transfers,
      long calmRate,
      long hangRate,
      double amplification,
      long finishMs,
      List<Change> modes,
      List<Check> checks) {}

  OutageProof(Path folder, Settings settings) throws IOException {
    this.settings = settings;
    this.world = new SwitchedWorld();
    this.nodes = new DemoNodes(folder, settings.nodes(), world.environment());
  }

  String progress() {
    return phase;
  }

  Report run() throws GaveUpException {
    nodes.form();
    try (NodeClient client = new NodeClient(nodes.apiUris(), REQUEST_TIMEOUT)) {
      OutageLoad load = new OutageLoad(new Delivery(client, EAGER, stop), settings.rate());
      load.openAccounts();
      load.start();
      phase = "everything works";
      rest(settings.calm()); // the compilers have to get warm
      int calmFrom = load.second();
      rest(settings.calm());
      int hangFrom = load.second();
      phase = "the fraud check hangs";
      world.fraudCheck(SwitchedWorld.Behaviour.HANGS);
      awaitMode("the fraud check hangs", "brownout");
      rest(settings.hang());
      int hangTo = load.second();
      phase = "the fraud check is back";
      world.fraudCheck(SwitchedWorld.Behaviour.WORKS);
      long finishMs = finish(load);
      awaitMode("the fraud check is back", "normal");
      double amplification = world.fraudRequests() / (double) load.begun();
      gatewayFails(load);
      load.endDeposits();
      long calmRate = load.depositsBetween(calmFrom, hangFrom);
      long hangRate = load.depositsBetween(hangFrom, hangTo);
      check(
          "the rest of the node kept 95 % of what it did",
          hangRate >= REST_SHARE_MIN * calmRate,
          "%,d a second, before %,d".formatted(hangRate, calmRate));
      check(
          "the dead dependency was sent at most 1.15 requests for each transfer",
          amplification <= AMPLIFICATION_MAX,
          "%.3f".formatted(amplification));
      long gained = load.gained();
      check("no money was gained or lost", gained == 0, String.valueOf(gained));
      if (settings.nodes() > 1) {
        quorum();
      }
      boolean held = checks.stream().allMatch(Check::held);
      return new Report(
          held, load.begun(), calmRate, hangRate, amplification, finishMs, changes, checks);
    }
  }

  private long finish(OutageLoad load) throws GaveUpException {
    long sinceNs = clock.monotonicNs();
    load.endTransfers();
    rest(1); // the last of them is on its way
    int left = load.stillOpen();
    while (left > 0 && clock.monotonicNs() - sinceNs < FINISH_MAX_NS) {
      phase = "the fraud check is back; %,d transfers are still under way".formatted(left);
      rest(1);
      left = load.stillOpen();
    }
    check(
        "every transfer was completed",
        left == 0,
        left == 0 ? "%,d".formatted(load.begun()) : left + " not, such as " + load.someOpen());
    return (clock.monotonicNs() - sinceNs) / 1_000_000;
  }

  private void gatewayFails(OutageLoad load) throws GaveUpException {
    phase = "the gateway fails";
    world.gateway(SwitchedWorld.Behaviour.FAILS);
    load.startTransfers();
    awaitMode("the gateway fails", "brownout");
    rest(settings.calm());
    load.endTransfers();
    rest(1); // the last of them is on its way
    int left = load.stillOpen();
    long sinceNs = clock.monotonicNs();
    while (left > 0 && clock.monotonicNs() - sinceNs < FINISH_MAX_NS) {
      rest(1);
      left = load.stillOpen();
    }
    check(
        "transfers were completed without the gateway",
        left == 0,
        left == 0 ? "%,d in all".formatted(load.begun()) : load.someOpen());
    phase = "the gateway is back";
    world.gateway(SwitchedWorld.Behaviour.WORKS);
    sinceNs = clock.monotonicNs();
    while (world.delivered() < load.begun() && clock.monotonicNs() - sinceNs < FINISH_MAX_NS) {
      rest(1);
    }
    check(
        "every notification was delivered, under one operation id",
        world.delivered() == load.begun(),
        "%,d of %,d; %,d came again, after an answer that was lost"
            .formatted(world.delivered(), load.begun(), world.deliveredAgain()));
    awaitMode("the gateway is back", "normal");
  }

  private void quorum() {
    phase = "all nodes but one are killed";
    nodes.killAllButFirst();
    awaitMode("all nodes but one were killed", "read-only");
    phase = "they are back";
    nodes.startAllButFirst();
    awaitMode("they are back", "normal");
  }

  private void awaitMode(String cause, String mode) {
    long sinceNs = clock.monotonicNs();
    boolean came = until(() -> mode().equals(mode));
    long afterMs = (clock.monotonicNs() - sinceNs) / 1_000_000;
    changes.add(new Change(cause, mode, afterMs));
    check(
        cause + ": mode " + mode,
        came,
        came ? "after %.1f s".formatted(afterMs / 1e3) : "it is " + mode());
  }

  private boolean until(BooleanSupplier condition) {
    long sinceNs = clock.monotonicNs();
    while (!condition.getAsBoolean()) {
      if (clock.monotonicNs() - sinceNs > MODE_MAX_NS || stop.await(POLL_MS)) {
        return false;
      }
    }
    return true;
  }

  /** Of the node that stays; empty if it does not answer. */
  private String mode() {
    try (NodeClient admin = new NodeClient(nodes.adminUris().getFirst(), REQUEST_TIMEOUT)) {
      JsonNode body = admin.exchange("GET", "/admin/v1/mode", Map.of(), null).body();
      return body == null ? "" : body.path("mode").asString("");
    } catch (IOException e) {
      return "";
    }
  }

  private void rest(int seconds) {
    if (stop.await(seconds * 1_000L)) {
      throw new DemoException("interrupted");
    }
  }

  private void check(String statement, boolean held, String found) {
    checks.add(new Check(statement, held, found));
  }

  @Override
  public void close() {
    stop.request();
    nodes.end();
    world.close();
  }
}
