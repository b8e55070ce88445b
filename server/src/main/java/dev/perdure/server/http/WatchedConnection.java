package dev.perdure.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection from its very first byte on: HTTP/2 if it begins like the preface of RFC 9113, else
 * HTTP/1.1. The library itself would wait for that first byte without any limit.
 */
final class WatchedConnection implements ServerConnection {

  /** No method of HTTP/1.1 begins like this; the preface does. */
  private static final byte[] PREFACE_START = "PRI".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector;
  private final WatchedContext context;
  private volatile @Nullable ServerConnection protocol;
  private volatile @Nullable Thread thread;

  private WatchedConnection(Selector selector, WatchedContext context) {
    this.selector = selector;
    this.context = context;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    thread = Thread.currentThread();
    selector.open.add(this);
    try {
      ServerConnection found = identify();
      protocol = found;
      found.handle(limit);
    } catch (DataReader.InsufficientDataAvailableException e) {
      // The peer went away between two requests or in the middle of one: nothing to answer.
      throw new io.helidon.webserver.CloseConnectionException("the peer went away", e);
    } finally {
      selector.open.remove(this);
    }
  }

  private ServerConnection identify() {
    boolean http2 = context.dataReader().startsWith(PREFACE_START);
    if (http2) {
      context.watch().multiplexed();
    }
    return (http2 ? selector.http2 : selector.http1).connection(context);
  }

  @Override
  public Duration idleTime() {
    ServerConnection known = protocol;
    return known == null ? Duration.ZERO : known.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    ServerConnection known = protocol;
    Thread waiting = thread;
    if (known != null) {
      known.close(interrupt);
    } else if (waiting != null) {
      waiting.interrupt();
    }
  }

  /** Closes the connection if its peer does not get on; from the sweeper's thread. */
  void sweep(long nowNs) {
    PeerWatch.Verdict verdict = context.watch().look(nowNs);
    if (verdict == PeerWatch.Verdict.FINE) {
      return;
    }
    HelidonSocket socket = context.serverSocket();
    try {
      if (verdict == PeerWatch.Verdict.SLOW_REQUEST) {
        socket.write(BufferData.create(selector.slowAnswer));
      }
      socket.close();
    } catch (UncheckedIOException e) {
      // It is gone already, which is what was wanted.
    }
  }

  /** Makes the connections of a listener. */
  static final class Selector implements ServerConnectionSelector {
    private final ServerConnectionSelector http1;
    private final ServerConnectionSelector http2;
    private final HttpDoor door;
    private final byte[] slowAnswer;
    private final Set<WatchedConnection> open = ConcurrentHashMap.newKeySet();

    Selector(ServerConnectionSelector http1, ServerConnectionSelector http2, HttpDoor door) {
      this.http1 = http1;
      this.http2 = http2;
      this.door = door;
      this.slowAnswer = door.slowAnswer();
    }

    void sweep(long nowNs) {
      open.forEach(connection -> connection.sweep(nowNs));
    }

    int connections() {
      return open.size();
    }

    @Override
    public int bytesToIdentifyConnection() {
      return 0;
    }

    @Override
    public Support supports(BufferData data) {
      return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
      return Set.of();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
      return new WatchedConnection(this, new WatchedContext(context, door, door.watch()));
    }
  }
}
