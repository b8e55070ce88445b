package dev.perdure.server.http;

import dev.perdure.kernel.Clock;
import io.helidon.common.context.Context;
import io.helidon.common.context.Contexts;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HttpLogConfig;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.http2.Http2Upgrader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listening port: HTTP/1.1 and HTTP/2 without TLS (prior knowledge, or upgraded). */
public final class HttpListener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
  private static final long SWEEP_EVERY_NS = 100_000_000L;

  /** The library would log headers and bodies at debug level, and ask whether to for each. */
  private static final HttpLogConfig NO_LOG =
      HttpLogConfig.builder().sendLog(false).receiveLog(false).build();

  private static final int WINDOW_BYTES = 64 * 1024 - 1;

  private final WebServer server;
  private final HttpDoor door;
  private final WatchedConnection.Selector selector;
  private final Thread sweeper;

  private HttpListener(
      WebServer server, HttpDoor door, WatchedConnection.Selector selector, Thread sweeper) {
    this.door = door;
    this.selector = selector;
    this.server = server;
    this.sweeper = sweeper;
  }

  /**
   * Opens a port.
   *
   * @param handler answers every request
   * @param observer is told of every answer
   * @param drain how long requests may take to finish on close
   * @throws IOException if the port cannot be bound, saying which and why
   */
  public static HttpListener open(
      HttpSettings settings, HttpHandler handler, HttpObserver observer, Duration drain)
      throws IOException {
    probe(settings);
    Clock clock = Clock.system();
    HttpDoor door = new HttpDoor(settings, handler, observer, clock);
    WatchedConnection.Selector selector = selector(settings, door);
    WebServer server =
        Contexts.runInContext(
            withoutDiscovery(), () -> server(settings, door, selector, drain).start());
    if (!server.isRunning()) {
      throw new IOException("port " + settings.port() + " cannot be opened");
    }
    Thread sweeper =
        Thread.ofPlatform()
            .daemon()
            .name("perdure-" + settings.name() + "-sweeper")
            .start(() -> sweep(selector, clock));
    return new HttpListener(server, door, selector, sweeper);
  }

  private static void sweep(WatchedConnection.Selector selector, Clock clock) {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(SWEEP_EVERY_NS);
      try {
        selector.sweep(clock.monotonicNs());
      } catch (RuntimeException e) {
        LOG.error("sweeping connections failed; it goes on", e);
      }
    }
  }

  /**
   * The library reports a port in use in its log only; this says it to the caller. It is bound and
   * not listened at: who connects in that moment is refused, and not cut off later.
   */
  private static void probe(HttpSettings settings) throws IOException {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    if (address.isUnresolved()) {
      throw new IOException("host '" + settings.host() + "' cannot be resolved");
    }
    try (SocketChannel socket = SocketChannel.open()) {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(address);
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be opened: %s"
              .formatted(address.getHostString() + ":" + address.getPort(), e.getMessage()),
          e);
    }
  }

  private static WatchedConnection.Selector selector(HttpSettings settings, HttpDoor door) {
    Http2Config http2 =
        Http2Config.builder()
            .maxConcurrentStreams(settings.streamsMax())
            .maxHeaderListSize(settings.headerBytesMax())
            .initialWindowSize(WINDOW_BYTES)
            .flowControlTimeout(settings.writeTimeout())
            .log(NO_LOG)
            .validatePath(false)
            .build();
    Http1Config http1 =
        Http1Config.builder()
            .maxPrologueLength(settings.lineBytesMax())
            .maxHeadersSize(settings.headerBytesMax())
            .log(NO_LOG)
            .validatePath(false)
            .validatePrologue(false)
            .validateResponseHeaders(false)
            .sendKeepAliveHeader(false)
            .build();
    return new WatchedConnection.Selector(
        Http1ConnectionSelector.builder()
            .config(http1)
            .upgraders(Map.of("h2c", Http2Upgrader.create(http2)))
            .build(),
        Http2ConnectionSelector.builder().http2Config(http2).build(),
        door);
  }

  private static WebServer server(
      HttpSettings settings, HttpDoor door, WatchedConnection.Selector selector, Duration drain) {
    TransportProblems problems = new TransportProblems(door);
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(event, problems);
    }
    return WebServer.builder()
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .concurrencyLimitDiscoverServices(false)
        .shutdownHook(false)
        .mediaContext(MediaContext.builder().mediaSupportsDiscoverServices(false).build())
        .contentEncoding(
            ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build())
        .directHandlers(handlers.build())
        .errorHandling(handling -> handling.includeEntity(true))
        .host(settings.host())
        .port(settings.port())
        .maxTcpConnections(settings.connectionsMax())
        .maxPayloadSize(settings.streamBytesMax())
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
        .shutdownGracePeriod(drain)
        .addConnectionSelector(selector)
        .build();
  }

  /**
   * The library looks into a registry of services even where it is told to discover none, and to
   * fill that it reads the manifests of all jars: a quarter of the time that a node needs to start.
   * In this context the registry is empty; a program around the node keeps its own.
   */
  private static Context withoutDiscovery() {
    ServiceRegistryConfig nothing =
        ServiceRegistryConfig.builder()
            .discoverServices(false)
            .discoverServicesFromServiceLoader(false)
            .build();
    ServiceRegistry empty = ServiceRegistryManager.create(nothing).registry();
    Context context = Context.create();
    Contexts.runInContext(context, () -> GlobalServiceRegistry.registry(empty));
    return context;
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** How full it is. */
  public HttpFigures figures() {
    HttpSettings settings = door.settings();
    return new HttpFigures(
        settings.name(),
        selector.connections(),
        settings.connectionsMax(),
        door.budget().used(),
        settings.bufferBytesMax());
  }

  /** Goes on answering, and every answer is the last one of its connection. */
  public void drain() {
    door.drain();
  }

  /** Closes: no new request, those under way are finished within the time given at opening. */
  @Override
  public void close() {
    server.stop();
    sweeper.interrupt();
  }
}
