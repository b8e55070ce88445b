package dev.perdure.server.admin;

import dev.perdure.runtime.NodeHealth;
import dev.perdure.server.http.Exchange;
import dev.perdure.server.telemetry.NodeView;
import dev.perdure.server.telemetry.Readiness;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.nio.charset.StandardCharsets;

/**
 * {@code /livez}: the process answers. {@code /startupz}: the node was opened. {@code /readyz}: a
 * write would succeed now; with {@code ?for=reads}, a read would. With {@code ?verbose}, JSON.
 */
final class Health {

  private static final Header TEXT =
      HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
  private static final Header NO_STORE =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  private final NodeView node;

  Health(NodeView node) {
    this.node = node;
  }

  void handle(Exchange exchange) {
    String query = "&" + exchange.rawQuery() + "&";
    boolean reads = query.contains("&for=reads&");
    boolean verbose = query.contains("&verbose&") || query.contains("&verbose=");
    NodeHealth now = node.health();
    Readiness ready = Readiness.of(node, now);
    boolean holds =
        switch (exchange.rawPath()) {
          case "/livez" -> true;
          case "/startupz" -> node.started();
          default -> reads ? ready.reads() : ready.writes();
        };
    exchange.header(NO_STORE);
    int status = holds ? 200 : 503;
    if (verbose) {
      exchange.send(status, Exchange.JSON, Figures.health(node, now, holds));
    } else {
      String line = holds ? "ok\n" : "not ok: " + ready.reason() + "\n";
      exchange.send(status, TEXT, line.getBytes(StandardCharsets.UTF_8));
    }
  }
}
