package dev.perdure.journal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ClientCall;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;

/**
 * The two sides of a node's port, built as Ratis builds them: a gRPC server that answers with the
 * serial number of its caller's certificate, and a client.
 */
final class TlsNode implements AutoCloseable {

  /** The serial numbers that a client and a server saw of each other. */
  record Seen(BigInteger server, BigInteger client) {}

  private static final MethodDescriptor<byte[], byte[]> WHO_AM_I =
      MethodDescriptor.newBuilder(new Bytes(), new Bytes())
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("perdure.Test/whoAmI")
          .build();

  private final Server server;
  private final SslContext client;

  private TlsNode(GrpcTlsConfig config) throws Exception {
    this.client = GrpcUtil.buildSslContextForClient(config);
    this.server =
        NettyServerBuilder.forPort(0)
            .sslContext(GrpcUtil.buildSslContextForServer(config))
            .addService(
                ServerServiceDefinition.builder("perdure.Test")
                    .addMethod(WHO_AM_I, TlsNode::answer)
                    .build())
            .build()
            .start();
  }

  static TlsNode start(GrpcTlsConfig config) throws Exception {
    return new TlsNode(config);
  }

  int port() {
    return server.getPort();
  }

  /** One call over a connection of its own. */
  Seen call(String host, int port) throws Exception {
    return call(client, host, port);
  }

  static Seen call(SslContext context, String host, int port) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(host + ":" + port)
            .proxyDetector(address -> null)
            .useTransportSecurity()
            .sslContext(context)
            .disableRetry()
            .build();
    try {
      ClientCall<byte[], byte[]> call =
          channel.newCall(WHO_AM_I, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
      byte[] reply = ClientCalls.blockingUnaryCall(call, new byte[0]);
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      return new Seen(serial(Objects.requireNonNull(session)), new BigInteger(reply));
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(30, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static ServerCall.Listener<byte[]> answer(
      ServerCall<byte[], byte[]> call, Metadata headers) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        call.sendHeaders(new Metadata());
        call.sendMessage(serial(Objects.requireNonNull(session)).toByteArray());
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static BigInteger serial(SSLSession session) {
    try {
      return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError("The other side is anonymous", e);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
