package dev.perdure.server.admin;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.node.Digests;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpHandler;
import dev.perdure.server.http.Problem;
import dev.perdure.server.ingress.Desks;
import dev.perdure.server.telemetry.Metrics;
import dev.perdure.server.telemetry.NodeView;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;

/** The admin port's routes. */
public final class Admin implements HttpHandler {

  private static final String ALLOWED = "GET, HEAD, OPTIONS";
  private static final HeaderName ACCEPT = HeaderNames.ACCEPT;

  private final NodeView node;
  private final Metrics metrics;
  private final Health health;
  private final ClusterAdmin cluster;
  private final BackupAdmin backup;
  private final HttpHandler desks;
  private final ServerConfig config;

  /**
   * The admin port of a node.
   *
   * @param desks serves what {@link Desks#serves} says
   */
  public Admin(NodeView node, Metrics metrics, ServerConfig config, HttpHandler desks) {
    this.desks = desks;
    this.node = node;
    this.metrics = metrics;
    this.health = new Health(node);
    this.cluster = new ClusterAdmin(node);
    this.backup = new BackupAdmin(node);
    this.config = config;
  }

  @Override
  public void handle(Exchange exchange) throws Exception {
    String path = exchange.rawPath();
    if (Desks.serves(path)) {
      desks.handle(exchange);
      return;
    }
    if (path.startsWith(ClusterAdmin.PATH)) {
      cluster.handle(exchange);
      return;
    }
    if (path.equals(BackupAdmin.PATH)) {
      backup.handle(exchange);
      return;
    }
    switch (path) {
      case "/livez",
          "/readyz",
          "/startupz",
          "/metrics",
          "/admin/v1/shards",
          "/admin/v1/config",
          "/admin/v1/digest/served",
          "/admin/v1/digest/genesis" ->
          exchange.route(path);
      default ->
          throw new ProblemException(
              ProblemCode.UNKNOWN_ROUTE,
              "the admin port serves /livez, /readyz, /startupz, /metrics, /admin/v1/shards,"
                  + " /admin/v1/config, /admin/v1/cluster, /admin/v1/backup, /admin/v1/sagas,"
                  + " /admin/v1/subscriptions, /admin/v1/queues, /admin/v1/views, /admin/v1/mode,"
                  + " /admin/v1/digest/served and"
                  + " /admin/v1/digest/genesis");
    }
    String method = exchange.method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      refuseMethod(exchange);
      return;
    }
    switch (path) {
      case "/metrics" -> metrics(exchange);
      case "/admin/v1/shards" -> exchange.send(200, Exchange.JSON, Figures.shards(node));
      case "/admin/v1/config" -> exchange.send(200, Exchange.JSON, Figures.config(config));
      case "/admin/v1/digest/served" -> exchange.send(200, Exchange.JSON, digest(false));
      case "/admin/v1/digest/genesis" -> exchange.send(200, Exchange.JSON, digest(true));
      default -> health.handle(exchange);
    }
  }

  private byte[] digest(boolean genesis) {
    Digests.Digest digest = node.digest(genesis);
    if (digest == null) {
      throw new ProblemException(ProblemCode.NO_LEADER, "the node is starting");
    }
    return Figures.digest(digest);
  }

  private void metrics(Exchange exchange) throws IOException {
    Metrics.Page page = metrics.scrape(exchange.header(ACCEPT));
    exchange.send(
        200, HeaderValues.create(HeaderNames.CONTENT_TYPE, page.contentType()), page.body());
  }

  private static void refuseMethod(Exchange exchange) {
    exchange.header(HeaderValues.create(HeaderNames.ALLOW, ALLOWED));
    if (exchange.method().equals("OPTIONS")) {
      exchange.send(204);
    } else {
      exchange.send(Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "the method is not allowed here"));
    }
  }
}
