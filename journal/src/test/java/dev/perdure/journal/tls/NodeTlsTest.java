package dev.perdure.journal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node makes of its files, without a connection. */
class NodeTlsTest {

  private static final UUID CLUSTER = UUID.fromString("0a0a0a0a-0000-4000-8000-000000000001");

  @TempDir private Path folder;

  private final HandClock clock = new HandClock();
  private final LogLines log = new LogLines();
  private final TestAuthority authority;

  NodeTlsTest() throws Exception {
    authority = new TestAuthority("authority");
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  void saysWhichFileItCannotUseAndWhatToDo() throws Exception {
    NodeCertificates files = authority.node("one").issue().write(folder);
    String key = Files.readString(files.key());

    Files.delete(files.key());
    assertRefused(files, files.key() + " does not exist: put the file there");
    Files.writeString(files.key(), "");
    assertRefused(files, files.key() + " holds no private key");
    Files.writeString(files.key(), key.substring(0, 100));
    assertRefused(files, files.key() + " ends within its PRIVATE KEY: write it whole");
    Files.writeString(files.key(), key.replace("PRIVATE KEY", "EC PRIVATE KEY"));
    assertRefused(files, "openssl pkcs8 -topk8 -nocrypt -in " + files.key());
    Files.writeString(files.key(), TestAuthority.pem("PRIVATE KEY", new byte[40]));
    assertRefused(files, files.key() + " holds no EC key");
    Files.writeString(files.key(), authority.node("two").issue().keyPem());
    assertRefused(files, files.key() + " is not the key of the certificate in");
    Files.writeString(files.key(), "x".repeat(2 << 20));
    assertRefused(files, files.key() + " is longer than 1048576 bytes");
    Files.writeString(files.key(), key);

    NodeCertificates directory = new NodeCertificates(folder, files.key(), files.authority());
    assertRefused(directory, folder + " cannot be read");
    Files.writeString(files.authority(), "nothing");
    assertRefused(files, files.authority() + " holds no certificate");
    Files.writeString(files.authority(), TestAuthority.pem("CERTIFICATE", new byte[40]));
    assertRefused(files, files.authority() + " holds a certificate that cannot be parsed");
    Files.writeString(files.authority(), new TestAuthority("other").pem());
    assertRefused(files, "would be refused by nodes that trust " + files.authority());
  }

  @Test
  void refusesToStartWithACertificateThatPeersWouldRefuse() throws Exception {
    assertRefused(authority.node("one").hosts(), "names no host: add every name and address");
    assertRefused(authority.node("one").until(Duration.ofDays(-1)), "expired at ");
    assertRefused(authority.node("one").from(Duration.ofDays(1)), "is not valid before ");
    assertRefused(
        authority.node("one").purposes(KeyPurposeId.id_kp_serverAuth),
        "for server and client authentication");
    assertRefused(
        authority.node("one").purposes(KeyPurposeId.id_kp_clientAuth),
        "for server and client authentication");
  }

  @Test
  void takesFilesWithTextAroundTheBlocks() throws Exception {
    NodeCertificates files = authority.node("one").issue().write(folder);
    for (Path file : new Path[] {files.certificate(), files.key(), files.authority()}) {
      Files.writeString(
          file,
          "# A comment\r\n" + Files.readString(file).replace("\n", "\r\n") + "\r\nthe end\r\n");
    }
    assertThat(open(files).problem()).isEmpty();
  }

  @Test
  void looksAtTheFilesAtMostOnceASecond() throws Exception {
    TestAuthority.Issued before = authority.node("one").issue();
    NodeTls tls = open(before.write(folder));
    TestAuthority.Issued after = authority.node("one").issue();
    after.write(folder);

    clock.advance(Duration.ofMillis(999));
    assertThat(presented(tls)).isEqualTo(before.certificate());
    clock.advance(Duration.ofMillis(1));
    assertThat(presented(tls)).isEqualTo(after.certificate());
  }

  @Test
  void looksAtOnceWhenItIsToldTo() throws Exception {
    NodeTls tls = open(authority.node("one").issue().write(folder));
    assertThat(tls.reload()).isFalse();
    TestAuthority.Issued after = authority.node("one").until(Duration.ofDays(70)).issue();
    after.write(folder);

    assertThat(tls.reload()).isTrue();
    assertThat(presented(tls)).isEqualTo(after.certificate());
    assertThat(tls.expires()).isEqualTo(after.certificate().getNotAfter().toInstant());
    assertThat(tls.reload()).isFalse();
    assertThat(log.at(Level.INFO)).hasSize(2).last().asString().contains("CN=one", "until");
  }

  @Test
  void aHandshakeThatBeganBeforeAReloadEndsWithItsOwnKey() throws Exception {
    TestAuthority.Issued before = authority.node("one").issue();
    NodeTls tls = open(before.write(folder));
    X509ExtendedKeyManager keys = tls.keyManager();
    String alias = keys.chooseEngineServerAlias("EC", null, null);
    TestAuthority.Issued after = authority.node("one").algorithm("RSA").issue();
    after.write(folder);
    tls.reload();

    assertThat(keys.getPrivateKey(alias)).isEqualTo(before.key());
    assertThat(keys.getCertificateChain(alias)).containsExactly(before.certificate());
    assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNull();
    String next = keys.chooseEngineClientAlias(new String[] {"EC", "RSA"}, null, null);
    assertThat(keys.getPrivateKey(next)).isEqualTo(after.key());
    assertThat(keys.getPrivateKey("node-7")).isNull();
  }

  @Test
  void keepsWhatItHasUntilAllThreeFilesAreGoodAndSaysSoOnce() throws Exception {
    TestAuthority.Issued before = authority.node("one").issue();
    NodeCertificates files = before.write(folder);
    NodeTls tls = open(files);
    TestAuthority.Issued after = authority.node("one").issue();

    Files.writeString(files.key(), after.keyPem());
    assertThat(tls.reload()).isFalse();
    assertThat(tls.reload()).isFalse();
    assertThat(tls.problem()).hasValueSatisfying(said -> assertThat(said).contains("is not the"));
    assertThat(presented(tls)).isEqualTo(before.certificate());
    assertThat(log.at(Level.ERROR))
        .singleElement()
        .asString()
        .contains(files.key().toString(), "stays in use; it expires at " + tls.expires());

    Files.writeString(files.certificate(), after.certificatePem());
    assertThat(tls.reload()).isTrue();
    assertThat(tls.problem()).isEmpty();
    assertThat(presented(tls)).isEqualTo(after.certificate());
  }

  @Test
  void filesThatComeBackAsTheyWereAreNoProblem() throws Exception {
    NodeCertificates files = authority.node("one").issue().write(folder);
    NodeTls tls = open(files);
    Path away = folder.resolve("away");

    Files.move(files.key(), away);
    assertThat(tls.reload()).isFalse();
    assertThat(tls.problem()).isPresent();
    Files.move(away, files.key());
    assertThat(tls.reload()).isFalse();
    assertThat(tls.problem()).isEmpty();
  }

  @Test
  void warnsEveryDayBeforeTheCertificateExpires() throws Exception {
    NodeTls tls = open(authority.node("one").until(Duration.ofDays(20)).issue().write(folder));
    clock.advance(Duration.ofDays(5));
    tls.reload();
    assertThat(log.at(Level.WARN)).isEmpty();
    clock.advance(Duration.ofDays(8));
    tls.reload();
    tls.reload();
    assertThat(log.at(Level.WARN)).singleElement().asString().contains("node.crt expires at");
    clock.advance(Duration.ofDays(1));
    tls.reload();
    assertThat(log.at(Level.WARN)).hasSize(2);
  }

  @Test
  void neverTellsAKey() throws Exception {
    TestAuthority.Issued issued = authority.node("one").issue();
    NodeCertificates files = issued.write(folder);
    NodeTls tls = open(files);
    String key = Files.readString(files.key());
    Files.writeString(files.key(), key.replaceFirst("\n.{8}", "\nAAAAAAAA"));
    tls.reload();
    Files.writeString(files.key(), key.replaceFirst("\n.{7}", "\n"));
    tls.reload();
    PemFiles read = PemFiles.read(files);

    String line = key.lines().skip(2).findFirst().orElseThrow();
    assertThat(log.all()).hasSizeGreaterThan(1).noneMatch(said -> said.contains(line));
    assertThat(read.toString() + PemBlock.parse(files.key(), read.key())).doesNotContain(line);
    assertThat(new String(read.key(), StandardCharsets.US_ASCII)).contains(line);
  }

  @Test
  void aCertificateWithoutTheNameOfAClusterIsJudgedByItsAuthorityAlone() throws Exception {
    NodeTls tls = open(authority.node("one").issue().write(folder));
    check(tls, authority.node("own PKI").issue());
    check(tls, authority.node("own PKI").uri("spiffe://example/node").issue());
    check(tls, authority.node("ours").cluster(CLUSTER).issue());
    check(
        tls,
        authority
            .node("capitals")
            .uri("PERDURE://CLUSTER/0A0A0A0A-0000-4000-8000-000000000001")
            .issue());

    assertThatThrownBy(() -> check(tls, authority.node("x").uri("perdure://node/x").issue()))
        .isInstanceOf(CertificateException.class)
        .hasMessageContainingAll("perdure://node/x", ClusterUri.of(CLUSTER));
    assertThat(tls.refusals()).isEqualTo(1);
  }

  @Test
  void saysARefusalOnceAMinuteAndNeverMoreThanAFewOfThem() throws Exception {
    NodeTls tls = open(authority.node("one").issue().write(folder));
    TestAuthority other = new TestAuthority("other");
    TestAuthority.Issued stranger = other.node("stranger").issue();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> check(tls, stranger)).isInstanceOf(CertificateException.class);
    }
    assertThat(log.at(Level.WARN)).hasSize(1);
    for (int i = 0; i < 30; i++) {
      TestAuthority.Issued next = other.node("stranger\n" + i).issue();
      assertThatThrownBy(() -> check(tls, next)).isInstanceOf(CertificateException.class);
    }
    assertThat(log.at(Level.WARN)).hasSize(20).noneMatch(line -> line.contains("\n"));
    assertThat(tls.refusals()).isEqualTo(35);

    clock.advance(Duration.ofMinutes(1));
    assertThatThrownBy(() -> check(tls, stranger)).isInstanceOf(CertificateException.class);
    assertThat(log.at(Level.WARN)).hasSize(22).element(20).asString().contains("15 times more");
  }

  private NodeTls open(NodeCertificates files) throws TlsFileException {
    return NodeTls.open(files, () -> CLUSTER, clock);
  }

  private static void check(NodeTls tls, TestAuthority.Issued peer) throws CertificateException {
    tls.trustManager()
        .checkClientTrusted(new X509Certificate[] {peer.certificate()}, "ECDHE_ECDSA");
  }

  private static X509Certificate presented(NodeTls tls) {
    X509ExtendedKeyManager keys = tls.keyManager();
    return keys.getCertificateChain(keys.chooseEngineServerAlias("EC", null, null))[0];
  }

  private void assertRefused(TestAuthority.Request request, String message) throws Exception {
    assertRefused(request.issue().write(folder), message);
  }

  private void assertRefused(NodeCertificates files, String message) {
    assertThatThrownBy(() -> open(files))
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining(message);
  }
}
