package dev.perdure.journal.tls;

import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/** How Ratis' gRPC uses a node's identity. */
public final class RatisTls {

  private RatisTls() {}

  /**
   * For {@code GrpcConfigKeys.TLS.setConf(parameters, config)}: mutual TLS 1.3 for all that goes
   * over a node's port. Ratis keeps what it makes of it, and asks the managers at every handshake.
   *
   * <p>The JDK's TLS, although Ratis prefers the BoringSSL that it brings along: that one resumes
   * sessions whatever the managers say, so that a peer whose certificate expired or names another
   * cluster, or whose authority was removed, could go on to connect. Its memory is outside the
   * heap's limit, too, and a crash in it ends the process.
   */
  public static GrpcTlsConfig config(NodeTls tls) {
    return GrpcTlsConfig.newBuilder()
        .setKeyManager(tls.keyManager())
        .setTrustManager(tls.trustManager())
        .setMutualTls(true)
        .setSslProvider(SslProvider.JDK)
        .setProtocols("TLSv1.3")
        .build();
  }
}
