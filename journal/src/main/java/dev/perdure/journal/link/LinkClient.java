package dev.perdure.journal.link;

import dev.perdure.journal.tls.NodeTls;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.Channel;
import org.apache.ratis.thirdparty.io.grpc.ClientInterceptors;
import org.apache.ratis.thirdparty.io.grpc.ConnectivityState;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.MetadataUtils;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

/** The asking end: one connection for each address, kept. Thread-safe. */
public final class LinkClient implements AutoCloseable {

  private static final int MESSAGE_BYTES_MAX = 16 << 20;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);

  private static final long HURRY_NS = 50_000_000;
  private static final Clock CLOCK = Clock.system();

  private final Caller self;
  private final @Nullable NodeTls tls;
  private final Map<String, Link> links = new ConcurrentHashMap<>();
  private volatile Consumer<String> lost = address -> {};
  private volatile boolean closed;

  /**
   * Asks as {@code self}.
   *
   * @param tls null to ask in the clear
   */
  public LinkClient(Caller self, @Nullable NodeTls tls) {
    this.self = self;
    this.tls = tls;
  }

  private record Link(
      ManagedChannel connection, Channel channel, LinkStream stream, AtomicLong hurriedNs) {

    /**
     * A connection that was refused waits longer and longer before it is tried again: seconds in
     * which a node that came back would not be found. So it is tried when it is wanted.
     */
    void hurry() {
      if (refused()) {
        long now = CLOCK.monotonicNs();
        long last = hurriedNs.get();
        if (now - last > HURRY_NS && hurriedNs.compareAndSet(last, now)) {
          connection.resetConnectBackoff();
        }
      }
    }

    /** True if the last attempt to connect failed. */
    boolean refused() {
      return connection.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
    }
  }

  /**
   * Asks and waits.
   *
   * @param address host and port
   * @throws LinkException if there was no answer in time
   */
  public byte[] ask(String address, byte[] question, Duration timeout) throws LinkException {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return ClientCalls.blockingUnaryCall(link(address).channel(), Wire.ASK, options, question);
    } catch (StatusRuntimeException e) {
      String why = e.getStatus().getDescription();
      throw new LinkException(
          "node at " + address + ": " + (why == null ? e.getStatus().getCode().name() : why), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new LinkException("node at " + address + ": " + e.getMessage(), e);
    }
  }

  /**
   * Sends a message on the one stream to an address, behind all that was sent before. Completes
   * with the answer, or with a {@link LinkException} when the stream breaks or too much waits on
   * it. Who gives up cancels it, so that nothing is kept for the answer.
   */
  public CompletableFuture<byte[]> send(String address, byte[] message) {
    try {
      Link link = link(address);
      return link.refused()
          // A stream of its own for each caller, only to be refused, would cost what others need.
          ? CompletableFuture.failedFuture(
              new LinkException("node at " + address + " cannot be reached"))
          : link.stream().send(message);
    } catch (IOException | IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          new LinkException("node at " + address + ": " + e.getMessage(), e));
    }
  }

  /** True if the last attempt to connect to an address failed. */
  public boolean refused(String address) {
    Link known = links.get(address);
    return known != null && known.refused();
  }

  /**
   * Told of each address whose connection broke and could not be made again at once. Must return at
   * once.
   */
  public void onLost(Consumer<String> told) {
    lost = told;
  }

  /**
   * Follows the state of a connection.
   *
   * @param worked true if it was there before and broke
   */
  private void watch(String address, ManagedChannel connection, boolean worked) {
    ConnectivityState state = connection.getState(worked); // broken: it connects again
    switch (state) {
      case SHUTDOWN -> {}
      case TRANSIENT_FAILURE -> {
        if (worked) {
          lost.accept(address);
        }
        connection.notifyWhenStateChanged(state, () -> watch(address, connection, false));
      }
      case READY ->
          connection.notifyWhenStateChanged(state, () -> watch(address, connection, true));
      case IDLE, CONNECTING ->
          connection.notifyWhenStateChanged(state, () -> watch(address, connection, worked));
    }
  }

  private Link link(String address) throws IOException {
    Link known = links.get(address);
    if (known != null) {
      known.hurry();
      return known;
    }
    synchronized (links) {
      if (closed) {
        throw new LinkException("this node is closing");
      }
      Link again = links.get(address);
      if (again == null) {
        again = connect(address);
        links.put(address, again);
      }
      return again;
    }
  }

  private Link connect(String address) throws SSLException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + address)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS);
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
              .keyManager(tls.keyManager())
              .trustManager(tls.trustManager())
              .protocols("TLSv1.3")
              .build());
    }
    ManagedChannel connection = builder.build();
    watch(address, connection, false);
    Channel channel =
        ClientInterceptors.intercept(
            connection, MetadataUtils.newAttachHeadersInterceptor(Wire.headers(self)));
    return new Link(connection, channel, new LinkStream(address, channel), new AtomicLong());
  }

  /** Forgets addresses that are not used any more. */
  public void retain(java.util.Set<String> addresses) {
    links.forEach(
        (address, link) -> {
          if (!addresses.contains(address) && links.remove(address, link)) {
            link.connection().shutdown();
          }
        });
  }

  @Override
  public void close() {
    synchronized (links) {
      closed = true;
      links.values().forEach(link -> link.connection().shutdownNow());
      links.clear();
    }
  }
}
