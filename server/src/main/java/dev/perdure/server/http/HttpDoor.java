package dev.perdure.server.http;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.Routing;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Where every request of a listener comes in, and where everything that was thrown becomes a
 * problem. Stands in the place of the library's own routing: one handler, no pattern matching.
 */
final class HttpDoor implements HttpRouting, Router {

  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final HeaderName TRACESTATE = HeaderNames.create("tracestate");

  private final HttpSettings settings;
  private final HttpHandler handler;
  private final HttpObserver observer;
  private final Clock clock;
  private final Trace.Source traces;
  private final HttpSecurity security = HttpSecurity.create();
  private final BodyBudget budget;
  private volatile boolean draining;

  HttpDoor(HttpSettings settings, HttpHandler handler, HttpObserver observer) {
    this(settings, handler, observer, Clock.system());
  }

  HttpDoor(HttpSettings settings, HttpHandler handler, HttpObserver observer, Clock clock) {
    this.settings = settings;
    this.handler = handler;
    this.observer = observer;
    this.clock = clock;
    this.budget = new BodyBudget(settings.bufferBytesMax());
    this.traces = new Trace.Source(Entropy.system());
  }

  /** From now on every answer is the last one of its connection. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }

  BodyBudget budget() {
    return budget;
  }

  HttpSettings settings() {
    return settings;
  }

  long nowNs() {
    return clock.monotonicNs();
  }

  PeerWatch watch() {
    return new PeerWatch(clock, settings);
  }

  Trace trace(Headers headers) {
    Trace continued = Trace.continued(first(headers, TRACEPARENT), first(headers, TRACESTATE));
    return continued == null ? traces.begin() : continued;
  }

  Trace newTrace() {
    return traces.begin();
  }

  private static @Nullable String first(Headers headers, HeaderName name) {
    return headers.contains(name) ? headers.get(name).get() : null;
  }

  @Override
  public void route(ConnectionContext ctx, RoutingRequest request, RoutingResponse response) {
    PeerWatch watch = ((WatchedContext) ctx).watch();
    watch.requestBegins();
    Exchange exchange = new Exchange(request, response, watch, this);
    try {
      answer(exchange);
      response.commit();
    } finally {
      exchange.releaseBody();
    }
    observer.served(exchange, exchange.elapsedNs());
    if (exchange.closing() && !exchange.http2()) {
      watch.lingering();
      exchange.lingers();
      throw new CloseConnectionException("the last answer said so");
    }
    watch.requestEnds();
  }

  private void answer(Exchange exchange) {
    try {
      if (exchange.headerCount() > settings.headersMax()) {
        throw new ProblemException(
            ProblemCode.HEADERS_TOO_LARGE,
            "the request has %d headers; %d are allowed"
                .formatted(exchange.headerCount(), settings.headersMax()));
      }
      handler.handle(exchange);
      if (!exchange.sent()) {
        throw new IllegalStateException("the handler sent no response");
      }
    } catch (ProblemException e) {
      send(exchange, Problem.of(e), e);
    } catch (CloseConnectionException e) {
      // The peer is gone, nobody reads an answer.
      throw e;
    } catch (RequestException e) {
      send(exchange, TransportProblems.of(e.status().code(), e.getMessage(), settings), e);
    } catch (Exception | LinkageError | StackOverflowError e) {
      log(exchange, e);
      send(exchange, Problem.of(ProblemCode.INTERNAL, "an error is logged under the trace id"), e);
    }
  }

  /** The line carries the ids that the caller sees, and nothing of the body. */
  private static void log(Exchange exchange, Throwable error) {
    MDC.put("trace_id", exchange.trace().id());
    String operationId = exchange.operationId();
    if (operationId != null) {
      MDC.put("operation_id", operationId);
    }
    try {
      LOG.error("{} {} failed", exchange.method(), exchange.route(), error);
    } finally {
      MDC.remove("trace_id");
      MDC.remove("operation_id");
    }
  }

  /** An answer that has begun cannot be replaced: then the connection is cut instead. */
  private static void send(Exchange exchange, Problem problem, Throwable cause) {
    if (exchange.sent()) {
      throw new CloseConnectionException("failed behind the first byte of its answer", cause);
    }
    exchange.send(problem);
  }

  /** What a peer reads whose request did not arrive in time; the whole response. */
  byte[] slowAnswer() {
    Problem problem =
        Problem.of(
            ProblemCode.REQUEST_TIMEOUT,
            "the request was not complete after %d ms"
                .formatted(settings.requestTimeout().toMillis()));
    byte[] body = problem.json(newTrace().id());
    String head =
        "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: " + body.length;
    String type = "\r\nContent-Type: application/problem+json\r\n\r\n";
    byte[] start = (head + type).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return all;
  }

  @Override
  public HttpSecurity security() {
    return security;
  }

  @Override
  public <T extends Routing> T routing(Class<T> type, T otherwise) {
    return type.isInstance(this) ? type.cast(this) : otherwise;
  }

  @Override
  public List<? extends Routing> routings() {
    return List.of(this);
  }

  @Override
  public void beforeStart() {}

  @Override
  public void afterStop() {}

  @Override
  public void afterStart(io.helidon.webserver.WebServer server) {}
}
