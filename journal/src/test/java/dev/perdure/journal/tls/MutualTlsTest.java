package dev.perdure.journal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that call each other over gRPC as Ratis sets it up, on loopback. */
class MutualTlsTest {

  private static final UUID ORDERS = UUID.fromString("0a0a0a0a-0000-4000-8000-000000000001");
  private static final UUID PAYMENTS = UUID.fromString("0b0b0b0b-0000-4000-8000-000000000002");

  @TempDir private Path folder;

  private final HandClock clock = new HandClock();
  private final AtomicReference<UUID> cluster = new AtomicReference<>(ORDERS);
  private final LogLines log = new LogLines();
  private final List<TlsNode> nodes = new ArrayList<>();
  private final TestAuthority authority;

  MutualTlsTest() throws Exception {
    authority = new TestAuthority("authority of the nodes");
  }

  @AfterEach
  void stop() {
    log.close();
    nodes.forEach(TlsNode::close);
  }

  @Test
  void nodesSeeEachOthersCertificates() throws Exception {
    TestAuthority.Issued one = authority.node("one").cluster(ORDERS).issue();
    TestAuthority.Issued two = authority.node("two").cluster(ORDERS).issue();
    TlsNode server = start("one", one);
    TlsNode client = start("two", two);

    assertThat(client.call("127.0.0.1", server.port()))
        .isEqualTo(new TlsNode.Seen(one.serial(), two.serial()));
    assertThat(client.call("[::1]", server.port()).client()).isEqualTo(two.serial());
    assertThat(server.call("127.0.0.1", client.port()).server()).isEqualTo(two.serial());
  }

  @Test
  void keysMayBeOfAnyUsualKind() throws Exception {
    TlsNode server = start("rsa", authority.node("rsa").algorithm("RSA").issue());
    TlsNode client = start("ed", authority.node("ed").algorithm("Ed25519").issue());

    client.call("127.0.0.1", server.port());
    server.call("127.0.0.1", client.port());
  }

  @Test
  void refusesACallerWithoutACertificate() throws Exception {
    TlsNode server = start("one", authority.node("one").issue());
    SslContext anonymous = careless(authority.node("two").issue()).build();

    assertRefused(() -> TlsNode.call(anonymous, "127.0.0.1", server.port()));
  }

  @Test
  void refusesTheCertificateOfAnotherAuthority() throws Exception {
    TlsNode server = start("one", authority.node("one").issue());
    TestAuthority.Issued stranger =
        new TestAuthority("somebody else").node("stranger").cluster(ORDERS).issue();
    // Trusts the server, so that it is the server that refuses.
    TlsNode client =
        start(
            "stranger",
            new TestAuthority.Issued(
                stranger.certificate(), stranger.key(), stranger.authority() + authority.pem()));

    assertRefused(() -> client.call("127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN))
        .singleElement()
        .asString()
        .contains("CN=stranger", "issued by CN=somebody else", "no authority in", "ca.crt");
    assertRefused(() -> server.call("127.0.0.1", client.port()));
  }

  @Test
  void refusesAnAuthorityThatOnlyHasTheSameName() throws Exception {
    TlsNode server = start("one", authority.node("one").issue());
    TlsNode client = start("two", new TestAuthority("authority of the nodes").node("two").issue());

    assertRefused(() -> client.call("127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN)).anyMatch(line -> line.contains("no authority in"));
  }

  @Test
  void refusesANodeOfAnotherCluster() throws Exception {
    TlsNode server = start("one", authority.node("one").cluster(ORDERS).issue());
    TlsNode client = start("two", authority.node("two").cluster(PAYMENTS).issue());

    assertRefused(() -> client.call("127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN))
        .singleElement()
        .asString()
        .contains("CN=two", ClusterUri.of(PAYMENTS), "belongs to " + ClusterUri.of(ORDERS));
    assertRefused(() -> server.call("127.0.0.1", client.port()));
  }

  @Test
  void aNodeThatDoesNotKnowItsClusterYetAcceptsAny() throws Exception {
    TlsNode server = start("one", authority.node("one").cluster(ORDERS).issue());
    TlsNode client = start("two", authority.node("two").cluster(PAYMENTS).issue());
    cluster.set(null);

    client.call("127.0.0.1", server.port());
  }

  @Test
  void judgesEveryConnectionInsteadOfResumingASession() throws Exception {
    TlsNode server = start("one", authority.node("one").cluster(ORDERS).issue());
    TlsNode client = start("two", authority.node("two").issue());
    client.call("127.0.0.1", server.port());
    client.call("127.0.0.1", server.port());
    cluster.set(PAYMENTS);

    // With a ticket for the session the certificates would not be looked at.
    assertRefused(() -> client.call("127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN))
        .singleElement()
        .asString()
        .contains("CN=one", "belongs to " + ClusterUri.of(PAYMENTS));
  }

  @Test
  void refusesAnExpiredCertificateAndSaysSo() throws Exception {
    TestAuthority.Issued shortLived = authority.node("two").until(Duration.ofHours(1)).issue();
    TlsNode server = start("one", authority.node("one").issue());
    TlsNode client = start("two", shortLived);
    client.call("127.0.0.1", server.port());
    clock.advance(Duration.ofHours(2));

    assertRefused(() -> client.call("127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN))
        .anyMatch(
            line ->
                line.startsWith("Refused ")
                    && line.contains("CN=two")
                    && line.contains(
                        "expired at " + shortLived.certificate().getNotAfter().toInstant()));
  }

  @Test
  void refusesACallerThatDoesNotCareThatItsCertificateExpired() throws Exception {
    TlsNode server = start("one", authority.node("one").issue());
    TestAuthority.Issued expired = authority.node("two").until(Duration.ofDays(-1)).issue();
    SslContext caller =
        careless(authority.node("three").issue())
            .keyManager(expired.key(), expired.certificate())
            .build();

    assertRefused(() -> TlsNode.call(caller, "127.0.0.1", server.port()));
    assertThat(log.at(Level.WARN))
        .singleElement()
        .asString()
        .contains("CN=two", "expired at " + expired.certificate().getNotAfter().toInstant());
  }

  @Test
  void refusesAServerThatIsNotTheHostItWasCalledBy() throws Exception {
    TlsNode server = start("one", authority.node("one").hosts("one.example").issue());
    TlsNode client = start("two", authority.node("two").issue());

    assertThatThrownBy(() -> client.call("127.0.0.1", server.port()))
        .hasRootCauseInstanceOf(CertificateException.class)
        .rootCause()
        .hasMessageContainingAll("127.0.0.1:" + server.port(), "made for one.example only");
    // The host of a caller is not checked: it may come from anywhere.
    server.call("127.0.0.1", client.port());
  }

  @Test
  void usesANewCertificateForTheNextConnection() throws Exception {
    TestAuthority.Issued before = authority.node("one").issue();
    TlsNode server = start("one", before);
    TlsNode client = start("two", authority.node("two").issue());
    assertThat(client.call("127.0.0.1", server.port()).server()).isEqualTo(before.serial());

    TestAuthority.Issued after = authority.node("one").issue();
    after.write(folder.resolve("one"));
    clock.advance(Duration.ofSeconds(1));

    assertThat(client.call("127.0.0.1", server.port()).server()).isEqualTo(after.serial());
    assertThat(server.call("127.0.0.1", client.port()).client()).isEqualTo(after.serial());
  }

  @Test
  void trustsANewAuthorityAndForgetsTheOldOneWithoutARestart() throws Exception {
    TestAuthority next = new TestAuthority("next authority");
    TestAuthority.Issued one = authority.node("one").issue();
    TestAuthority.Issued two = next.node("two").issue();
    String both = authority.pem() + next.pem();
    TlsNode server = start("one", one);
    TlsNode client = start("two", new TestAuthority.Issued(two.certificate(), two.key(), both));
    assertRefused(() -> client.call("127.0.0.1", server.port()));

    new TestAuthority.Issued(one.certificate(), one.key(), both).write(folder.resolve("one"));
    clock.advance(Duration.ofSeconds(1));
    client.call("127.0.0.1", server.port());

    next.node("two").issue().write(folder.resolve("two"));
    clock.advance(Duration.ofSeconds(1));
    assertRefused(() -> client.call("127.0.0.1", server.port()));
  }

  @Test
  void keepsTheOldCertificateWhileTheNewFileIsBroken() throws Exception {
    TestAuthority.Issued before = authority.node("one").issue();
    TlsNode server = start("one", before);
    TlsNode client = start("two", authority.node("two").issue());

    String whole = authority.node("one").issue().certificatePem();
    Files.writeString(
        folder.resolve("one").resolve("node.crt"), whole.substring(0, whole.length() / 2));
    clock.advance(Duration.ofSeconds(1));

    assertThat(client.call("127.0.0.1", server.port()).server()).isEqualTo(before.serial());
    assertThat(log.at(Level.ERROR))
        .singleElement()
        .asString()
        .contains("node.crt", "ends within its CERTIFICATE", "stays in use");
  }

  private NodeTls open(String name, TestAuthority.Issued issued) throws Exception {
    return NodeTls.open(issued.write(folder.resolve(name)), cluster::get, clock);
  }

  private TlsNode start(String name, TestAuthority.Issued issued) throws Exception {
    TlsNode node = TlsNode.start(RatisTls.config(open(name, issued)));
    nodes.add(node);
    return node;
  }

  /** A client that looks at the server as a node does, but presents what it likes, or nothing. */
  private SslContextBuilder careless(TestAuthority.Issued trusting) throws Exception {
    return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
        .trustManager(open("careless", trusting).trustManager());
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal ->
                assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
