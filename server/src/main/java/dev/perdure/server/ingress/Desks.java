package dev.perdure.server.ingress;

import dev.perdure.runtime.node.Node;
import dev.perdure.server.anomaly.Anomalies;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import org.jspecify.annotations.Nullable;

/** What people decide about, on the admin port: sagas, subscriptions, queues, views, the mode. */
public final class Desks implements HttpHandler {

  private final SagaDesk sagas;
  private final SubscriptionDesk subscriptions;
  private final QueueDesk queues;
  private final ViewDesk views;
  private final ModeDesk mode;

  /**
   * Of a node.
   *
   * @param anomalies null if nobody looks for them
   */
  public Desks(Node node, Api.Settings settings, @Nullable Anomalies anomalies) {
    this.sagas = new SagaDesk(node.sagas(), node.clock(), settings);
    this.subscriptions = new SubscriptionDesk(node.subscriptions(), node.clock(), settings);
    this.queues = new QueueDesk(node.queues(), node.clock(), settings);
    this.views = new ViewDesk(node.views(), node.clock(), settings);
    this.mode =
        new ModeDesk(
            new ModeDocuments(node.modes(), node.watch(), anomalies), node.clock(), settings);
  }

  /** True if a path is served here. */
  public static boolean serves(String path) {
    return path.startsWith(SagaDesk.PATH)
        || path.startsWith(SubscriptionDesk.PATH)
        || path.startsWith(QueueDesk.PATH)
        || path.startsWith(ViewDesk.PATH)
        || path.startsWith(ModeDesk.PATH);
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    if (exchange.rawPath().startsWith(SagaDesk.PATH)) {
      sagas.handle(exchange);
    } else if (exchange.rawPath().startsWith(QueueDesk.PATH)) {
      queues.handle(exchange);
    } else if (exchange.rawPath().startsWith(ViewDesk.PATH)) {
      views.handle(exchange);
    } else if (exchange.rawPath().startsWith(ModeDesk.PATH)) {
      mode.handle(exchange);
    } else {
      subscriptions.handle(exchange);
    }
  }
}
