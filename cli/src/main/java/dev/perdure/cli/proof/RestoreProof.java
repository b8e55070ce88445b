package dev.perdure.cli.proof;

import dev.perdure.cli.demo.NodeProcess;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.backup.Manifest;
import dev.perdure.runtime.backup.Progress;
import dev.perdure.runtime.backup.Repository;
import dev.perdure.runtime.backup.Restoration;
import dev.perdure.runtime.node.Digests;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Loads a node, backs it up, deletes it, and restores it to three processes. */
final class RestoreProof implements AutoCloseable {

  private static final int SHARDS = 3;
  private static final int NODES = 3;
  private static final int EVENTS_PER_ACCOUNT = 50;
  private static final long PAUSE_NS = 50_000_000;
  private static final Duration WAIT_MAX = Duration.ofMinutes(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /** Made before any thread is, so that logging is set up by one alone. */
  private static final Logger LOG = LoggerFactory.getLogger(RestoreProof.class);

  private final Clock clock = Clock.system();
  private final Path folder;
  private final int events;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private volatile String phase = "";

  RestoreProof(Path folder, int events) {
    this.folder = folder;
    this.events = events;
  }

  /** A backup that was made. */
  record Made(long bytes, long addedBytes, double seconds) {}

  /** How it went. */
  record Report(
      long events,
      int accounts,
      double loadSeconds,
      LedgerLoad.Latency before,
      LedgerLoad.Latency during,
      Made full,
      Made incremental,
      double restoredSeconds,
      double firstNodeSeconds,
      double threeNodesSeconds,
      String hashBefore,
      String hashAfter,
      boolean same) {}

  /** What is being done, for people. */
  String phase() {
    return phase;
  }

  private double since(long startNs) {
    return (clock.monotonicNs() - startNs) / 1e9;
  }

  /** What there was, and how it was loaded and backed up. */
  private record Lost(
      Digests.Digest digest,
      double loadSeconds,
      LedgerLoad.Latency before,
      LedgerLoad.Latency during,
      Made full,
      Made incremental) {}

  Report run() throws IOException {
    Path backups = folder.resolve("backups");
    LOG.debug("in {}", folder);
    Lost lost = lose(backups);
    long lostNs = clock.monotonicNs();
    phase = "restoring";
    plan();
    Repository repository = Repository.open(backups);
    Manifest manifest = repository.newest();
    new Restoration(repository, manifest, new Progress())
        .to(nodes.getFirst().data(), 0, Entropy.system());
    double restored = since(lostNs);
    phase = "starting the first node";
    nodes.getFirst().start();
    nodes.getFirst().awaitReady();
    double firstNode = since(lostNs);
    nodes.stream().skip(1).forEach(NodeProcess::start);
    phase = "waiting for three nodes";
    await(() -> holds(manifest));
    double threeNodes = since(lostNs);
    phase = "comparing";
    Digested after = digest(nodes.getFirst());
    boolean same =
        after.state().equals(Long.toHexString(lost.digest.state()))
            && after.facts().equals(Long.toHexString(lost.digest.facts()))
            && after.events() == lost.digest.events()
            && after.events() >= events;
    return new Report(
        after.events(),
        accounts(),
        lost.loadSeconds,
        lost.before,
        lost.during,
        lost.full,
        lost.incremental,
        restored,
        firstNode,
        threeNodes,
        Long.toHexString(lost.digest.state()),
        after.state(),
        same);
  }

  private int accounts() {
    return Math.max(1, events / EVENTS_PER_ACCOUNT);
  }

  /** Loads a node, backs it up, and deletes it. */
  private Lost lose(Path backups) throws IOException {
    Path data = Files.createDirectory(folder.resolve("lost"));
    Lost lost;
    try (Node node =
        Node.open(NodeOptions.of(data).withShards(SHARDS), List.of(new LedgerService()))) {
      LedgerLoad load = new LedgerLoad(node, accounts());
      phase = "loading";
      await(() -> node.health().writes());
      long startNs = clock.monotonicNs();
      load.upTo(part(6));
      LedgerLoad.Latency quiet = load.upTo(part(8));
      phase = "backing up under load";
      Timed full = new Timed(node, backups, false);
      Thread beside = Thread.ofVirtual().start(full);
      LedgerLoad.Latency busy = load.upTo(part(9));
      join(beside);
      load.upTo(events);
      double seconds = since(startNs);
      phase = "backing up what is new";
      Timed incremental = new Timed(node, backups, true);
      Made first = full.made();
      incremental.run();
      lost = new Lost(node.digests().served(), seconds, quiet, busy, first, incremental.made());
    }
    Snapshots.delete(data);
    return lost;
  }

  private int part(int tenths) {
    return (int) (events / 10L * tenths);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A backup that is waited for. */
  private final class Timed implements Runnable {
    private final Backups backups;
    private final Backups.Request request;
    private double seconds;

    Timed(Node node, Path to, boolean incremental) {
      this.backups = node.backups();
      this.request = new Backups.Request(to, incremental, Backups.BYTES_PER_SECOND);
    }

    @Override
    public void run() {
      long startNs = clock.monotonicNs();
      backups.start(request);
      await(() -> !backups.status().running());
      seconds = since(startNs);
    }

    Made made() {
      Backups.Status status = backups.status();
      Manifest made = status.made();
      if (made == null) {
        throw new CommandException(Exit.FAILED, "no backup was made: " + status.problem());
      }
      return new Made(made.bytes(), made.added(), seconds);
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(Condition condition) {
    long endNs = clock.monotonicNs() + WAIT_MAX.toNanos();
    while (!met(condition)) {
      if (clock.monotonicNs() - endNs > 0) {
        throw new CommandException(
            Exit.FAILED, phase + " took more than " + WAIT_MAX.toMinutes() + " minutes");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private static boolean met(Condition condition) {
    try {
      return condition.holds();
    } catch (IOException e) {
      return false; // it is starting
    }
  }

  private void plan() throws IOException {
    List<String> addresses = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      ServerSocket socket = NodeProcess.freePort();
      held.add(socket);
      addresses.add("127.0.0.1:" + socket.getLocalPort());
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    for (int i = 0; i < NODES; i++) {
      List<String> options = new ArrayList<>(List.of("--cluster", "--node-address"));
      options.add(addresses.get(i));
      if (i > 0) {
        options.addAll(List.of("--join", addresses.getFirst()));
      }
      Path own = Files.createDirectory(folder.resolve("n" + (i + 1)));
      nodes.add(new NodeProcess(own, options));
    }
  }

  /** Every shard has a replica on every node, and each holds what was backed up. */
  private boolean holds(Manifest manifest) throws IOException {
    Map<Integer, String> wanted = new HashMap<>();
    manifest.shards().forEach(one -> wanted.put(one.number(), Long.toHexString(one.hash())));
    JsonNode status = get(nodes.getFirst(), "/admin/v1/cluster");
    int held = 0;
    for (JsonNode shard : status.path("shards")) {
      String hash = wanted.get(shard.path("shard").asInt());
      int same = 0;
      for (JsonNode replica : shard.path("replicas")) {
        same += replica.path("hash").asString().equals(hash) ? 1 : 0;
      }
      held += same == NODES && shard.path("members").size() == NODES ? 1 : 0;
    }
    return held == wanted.size();
  }

  private record Digested(String state, String facts, long events) {}

  private static Digested digest(NodeProcess node) throws IOException {
    JsonNode digest = get(node, "/admin/v1/digest/genesis");
    return new Digested(
        digest.path("state").asString(),
        digest.path("facts").asString(),
        digest.path("events").asLong());
  }

  private static JsonNode get(NodeProcess node, String path) throws IOException {
    try (NodeClient client = new NodeClient(node.adminUri(), REQUEST_TIMEOUT)) {
      Answer answer = client.exchange("GET", path, Map.of(), null);
      JsonNode body = answer.body();
      if (!answer.ok() || body == null) {
        throw new IOException(answer.status() + " " + answer.detail());
      }
      return body;
    }
  }

  /** Ends what still runs. */
  @Override
  public void close() {
    nodes.forEach(NodeProcess::end);
  }
}
