package dev.perdure.server;

import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Queues;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.Subscriptions;
import dev.perdure.runtime.Transactions;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.type.TypeDefinitionException;
import dev.perdure.server.admin.Admin;
import dev.perdure.server.admission.Gate;
import dev.perdure.server.anomaly.Anomalies;
import dev.perdure.server.anomaly.Latencies;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.NodeSettings;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.http.HttpListener;
import dev.perdure.server.http.HttpObserver;
import dev.perdure.server.http.HttpSettings;
import dev.perdure.server.ingress.Api;
import dev.perdure.server.ingress.Desks;
import dev.perdure.server.ingress.Guide;
import dev.perdure.server.telemetry.Metrics;
import dev.perdure.server.telemetry.NodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node with its API and admin port. Thread-safe.
 *
 * <pre>{@code
 * try (Perdure perdure = Perdure.start(ServerConfig.defaults(), new MyService())) {
 *   perdure.awaitShutdown();
 * }
 * }</pre>
 */
public final class Perdure implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Perdure.class);

  /** A node that is not ready soon, for want of a majority say, does what it can. */
  private static final Duration SERVE_PATIENCE = Duration.ofSeconds(1);

  private static final Duration READY_PATIENCE = Duration.ofSeconds(30);
  private static final long READY_POLL_NS = 1_000_000;

  private final Node node;
  private final NodeSlot slot;
  private final HttpListener api;
  private final HttpListener admin;
  private final Policies policies;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean closing;

  private Perdure(Node node, NodeSlot slot, Open open) {
    this.node = node;
    this.slot = slot;
    this.api = open.listeners.api();
    this.admin = open.listeners.admin();
    this.policies = open.policies;
    var _ = node.unfit().thenRun(this::close);
  }

  private record Open(Listeners listeners, Policies policies) {}

  private record Listeners(HttpListener api, HttpListener admin, Latencies latencies) {
    void close() {
      api.close();
      admin.close();
    }
  }

  /** Starts a node; see {@link #start(ServerConfig, List)}. */
  public static Perdure start(ServerConfig config, Service... services) {
    return start(config, List.of(services));
  }

  /**
   * Starts a node and returns when a write would succeed, or when it is clear that none will soon
   * (a full disk, a damaged shard: {@code /readyz} says which).
   *
   * @param services given by code; those of the configured jars come on top
   * @throws StartException if it cannot start, with a message of one line for people
   */
  public static Perdure start(ServerConfig config, List<? extends Service> services) {
    List<Service> all = new ArrayList<>(services);
    if (!config.get(Keys.SERVICES).isEmpty()) {
      all.addAll(ServiceJars.load(config.get(Keys.SERVICES)));
    }
    if (all.isEmpty()) {
      throw new StartException("there is no service to serve; name jars with --services");
    }
    NodeSettings.apiUrl(config, config.get(Keys.API_PORT)); // refused before anything is opened
    makeDataDirectory(config.get(Keys.DATA_DIR));
    NodeSlot slot = new NodeSlot();
    CompletableFuture<Node> opening = new CompletableFuture<>();
    Thread.ofPlatform().name("perdure-open").start(() -> open(config, all, opening));
    Gate gate = new Gate(Settings.gate(config), Clock.system());
    Listeners listeners;
    try {
      listeners = listen(config, slot, gate);
    } catch (IOException | RuntimeException e) {
      closeOpened(opening);
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    try {
      Node node = opening.join();
      Api.Settings settings = Settings.api(config);
      Api.Core core =
          new Api.Core(
              node.entities(),
              node.sagas(),
              node.transactions(),
              node.queues(),
              new Api.Live(node.streams(), slot::draining),
              node.views(),
              node.types(),
              node.modes(),
              node.clock());
      String url = NodeSettings.apiUrl(config, listeners.api().port());
      Api api = new Api(core, settings, Guide.of(node, url), gate);
      Anomalies anomalies = Anomaly.start(config, node, gate, listeners.latencies());
      slot.anomalies(anomalies);
      slot.fill(node, api, new Desks(node, settings, anomalies));
      node.modes().overloaded(gate::overloaded);
      awaitReady(node, SERVE_PATIENCE);
      slot.serve();
      awaitReady(node, READY_PATIENCE);
      Policies policies = new Policies(config.get(Keys.DEPENDENCIES_FILE), node.modes().outside());
      return new Perdure(node, slot, new Open(listeners, policies));
    } catch (CompletionException e) {
      listeners.close();
      throw startFailure(e);
    }
  }

  /** What a service defines wrongly is a reason not to start like any other. */
  private static RuntimeException startFailure(CompletionException e) {
    if (e.getCause() instanceof TypeDefinitionException definition) {
      return new StartException(String.valueOf(definition.getMessage()), definition);
    }
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  private static void awaitReady(Node node, Duration patience) {
    long patienceNs = node.clock().monotonicNs() + patience.toNanos();
    while (node.clock().monotonicNs() < patienceNs && underWay(node.health())) {
      LockSupport.parkNanos(READY_POLL_NS);
    }
  }

  private static boolean underWay(NodeHealth health) {
    return health.shards().stream()
        .anyMatch(
            shard ->
                shard.state() == NodeHealth.State.RECOVERING
                    || shard.state() == NodeHealth.State.NO_LEADER);
  }

  private static void open(
      ServerConfig config, List<Service> services, CompletableFuture<Node> opening) {
    try {
      NodeOptions options =
          NodeSettings.options(config, Clock.system(), Entropy.system())
              .withPolicies(Policies.read(config.get(Keys.DEPENDENCIES_FILE)));
      opening.complete(Node.open(options, services));
    } catch (RuntimeException | Error e) {
      opening.completeExceptionally(e);
    }
  }

  /** A node that nobody will use must not keep its directory locked. */
  private static void closeOpened(CompletableFuture<Node> opening) {
    try {
      opening.join().close();
    } catch (CompletionException e) {
      LOG.debug("the node did not open either", e);
    }
  }

  private static void makeDataDirectory(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    if (Files.exists(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new StartException(
          "data directory " + directory + " cannot be made: " + parent + " does not exist");
    }
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new StartException(
          "data directory " + directory + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static Listeners listen(ServerConfig config, NodeSlot slot, Gate gate)
      throws IOException {
    Metrics metrics = new Metrics(slot, gate::figures);
    Duration drain = config.get(Keys.DRAIN_TIMEOUT);
    HttpSettings adminSettings = Settings.adminPort(config);
    HttpListener admin =
        HttpListener.open(
            adminSettings,
            new Admin(slot, metrics, config, slot::desks),
            HttpObserver.NONE,
            Duration.ofSeconds(1));
    try {
      Latencies latencies = new Latencies(metrics.http());
      HttpListener api = HttpListener.open(Settings.apiPort(config), slot, latencies, drain);
      metrics.port(admin::figures);
      metrics.port(api::figures);
      return new Listeners(api, admin, latencies);
    } catch (IOException | RuntimeException e) {
      admin.close();
      throw e;
    }
  }

  public int apiPort() {
    return api.port();
  }

  public int adminPort() {
    return admin.port();
  }

  /** The entities, without HTTP in between. */
  public Entities entities() {
    return node.entities();
  }

  /** The sagas, without HTTP in between. */
  public Sagas sagas() {
    return node.sagas();
  }

  /** Commands on several entities, all or nothing, without HTTP in between. */
  public Transactions transactions() {
    return node.transactions();
  }

  /** The queues, without HTTP in between. */
  public Queues queues() {
    return node.queues();
  }

  /** What its subscriptions did. */
  public Subscriptions subscriptions() {
    return node.subscriptions();
  }

  /** What operators may see of it. */
  public NodeView view() {
    return slot;
  }

  /** The core, for tools. */
  public Node node() {
    return node;
  }

  /**
   * Waits until the node is closed. From now on SIGTERM and SIGINT drain it, and the process ends
   * with exit code 0.
   *
   * @throws StartException if the node had to end because its build does not fit its cluster
   */
  public void awaitShutdown() {
    Thread hook = Thread.ofPlatform().name("perdure-shutdown").unstarted(this::shutdown);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String unfit = node.unfit().getNow("");
    if (!unfit.isEmpty()) {
      throw new StartException(unfit);
    }
  }

  private void shutdown() {
    LOG.info("stopping: no new work, what was taken is finished");
    close();
    LOG.info("stopped");
    Runtime.getRuntime().halt(0);
  }

  /** Stops: no new work, what was taken is finished, then everything is closed. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    policies.close();
    slot.stopLooking();
    slot.drain();
    api.drain();
    api.close();
    node.close();
    admin.close();
    closed.countDown();
  }
}
