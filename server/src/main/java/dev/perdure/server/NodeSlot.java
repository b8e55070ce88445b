package dev.perdure.server;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Level;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.QueueFigures;
import dev.perdure.runtime.SagaFigures;
import dev.perdure.runtime.ShardFigures;
import dev.perdure.runtime.SubscriptionFigures;
import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.backup.Backups;
import dev.perdure.runtime.mode.Modes;
import dev.perdure.runtime.node.Digests;
import dev.perdure.runtime.node.Node;
import dev.perdure.runtime.node.Peers;
import dev.perdure.runtime.watch.Watch;
import dev.perdure.server.anomaly.Anomalies;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import dev.perdure.server.http.Problem;
import dev.perdure.server.ingress.Api;
import dev.perdure.server.ingress.Desks;
import dev.perdure.server.telemetry.NodeView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The place of the node while it is opened beside the listeners: until it serves, requests wait a
 * moment for it, and are then refused; health says so.
 */
final class NodeSlot implements HttpHandler, NodeView {

  private static final NodeHealth NOTHING = new NodeHealth(false, false, List.of());
  private static final long START_MS = 500;

  /**
   * Clients that are refused at once ask again at once, and each time takes from the start what it
   * needs to end: until the JVM is warm, to refuse costs milliseconds.
   */
  private static final long WAIT_MS = 1_500;

  private final CountDownLatch serving = new CountDownLatch(1);

  private volatile @Nullable Node node;
  private volatile @Nullable Api api;
  private volatile @Nullable Desks desks;
  private volatile @Nullable Anomalies anomalies;
  private volatile boolean draining;

  void fill(Node opened, Api itsApi, Desks itsDesks) {
    node = opened;
    desks = itsDesks;
    api = itsApi;
  }

  /** From now on the API answers: it can do what it is asked for, or knows why not. */
  void serve() {
    serving.countDown();
  }

  void drain() {
    draining = true;
    serving.countDown();
    Node open = node;
    if (open != null) {
      open.drain();
    }
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    boolean serves = serving.getCount() == 0 || serving.await(WAIT_MS, TimeUnit.MILLISECONDS);
    handle(exchange, serves ? api : null);
  }

  /** What people decide about, on the admin port. */
  void desks(Exchange exchange) throws Exception {
    handle(exchange, desks);
  }

  private static void handle(Exchange exchange, @Nullable HttpHandler open) throws Exception {
    if (open != null) {
      open.handle(exchange);
    } else {
      exchange.send(
          Problem.of(ProblemCode.NO_LEADER, "the node is starting").withRetryAfterMs(START_MS));
    }
  }

  @Override
  public NodeHealth health() {
    Node open = node;
    return open == null ? NOTHING : open.health();
  }

  @Override
  public List<ShardFigures> figures() {
    Node open = node;
    return open == null ? List.of() : open.figures();
  }

  @Override
  public List<SubscriptionFigures> subscriptions() {
    Node open = node;
    return open == null ? List.of() : open.consumers().figures();
  }

  @Override
  public @Nullable SagaFigures sagas() {
    Node open = node;
    return open == null ? null : open.drivers().figures();
  }

  @Override
  public @Nullable Modes modes() {
    Node open = node;
    return open == null ? null : open.modes();
  }

  @Override
  public @Nullable Watch watch() {
    Node open = node;
    return open == null ? null : open.watch();
  }

  @Override
  public @Nullable Anomalies anomalies() {
    return anomalies;
  }

  void anomalies(@Nullable Anomalies looking) {
    anomalies = looking;
  }

  /** Nobody looks for anomalies of a node that ends. */
  void stopLooking() {
    Anomalies looking = anomalies;
    if (looking != null) {
      looking.close();
    }
  }

  @Override
  public List<QueueFigures> queues() {
    Node open = node;
    return open == null ? List.of() : open.queues().figures();
  }

  @Override
  public List<ViewFigures> views() {
    Node open = node;
    return open == null ? List.of() : open.viewKeepers().figures();
  }

  @Override
  public Map<Integer, Long> turns() {
    Node open = node;
    return open == null ? Map.of() : open.turns();
  }

  @Override
  public long nativeBytes() {
    Node open = node;
    return open == null ? 0 : open.nativeBytes();
  }

  @Override
  public Digests.@Nullable Digest digest(boolean genesis) {
    Node open = node;
    if (open == null) {
      return null;
    }
    return genesis ? open.digests().genesis() : open.digests().served();
  }

  @Override
  public @Nullable Backups backups() {
    Node open = node;
    return open == null ? null : open.backups();
  }

  @Override
  public @Nullable Peers peers() {
    Node open = node;
    return open == null ? null : open.peers();
  }

  @Override
  public @Nullable Level level() {
    Node open = node;
    return open == null ? null : open.level();
  }

  @Override
  public boolean started() {
    return api != null;
  }

  @Override
  public boolean draining() {
    return draining;
  }
}
