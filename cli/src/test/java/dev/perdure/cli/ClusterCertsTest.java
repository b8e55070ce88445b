package dev.perdure.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.journal.tls.ClusterUri;
import dev.perdure.journal.tls.NodeCertificates;
import dev.perdure.journal.tls.NodeTls;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code cluster certs}. */
class ClusterCertsTest {

  private static final UUID ORDERS = UUID.fromString("0a0a0a0a-0000-4000-8000-000000000001");
  private static final UUID PAYMENTS = UUID.fromString("0b0b0b0b-0000-4000-8000-000000000002");

  @TempDir private Path temporary;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void makesAnAuthorityAndACertificateForANode() throws Exception {
    assertThat(certs("--host", "one.example,10.0.0.1,fd00::1", "--node", "one")).isZero();

    X509Certificate authority = read("ca.crt");
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getKeyUsage()).containsExactly(usage(5, 6));
    assertThat(authority.getExtensionValue("2.5.29.14")).isNotNull();
    assertThat(Duration.between(Instant.now(), authority.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(3650), Duration.ofDays(3653));
    X509Certificate node = read("one.crt");
    assertThat(node.getSubjectX500Principal().getName()).isEqualTo("CN=one");
    assertThat(node.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(node.getSerialNumber().bitLength()).isBetween(64, 159);
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThat(node.getKeyUsage()).containsExactly(usage(0));
    assertThat(node.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(node.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    assertThat(node.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35", "2.5.29.17", "2.5.29.37");
    assertThat(node.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(
            List.of(2, "one.example"), List.of(7, "10.0.0.1"), List.of(7, "fd00:0:0:0:0:0:0:1"));
    assertThat(node.getPublicKey().toString()).contains("secp256r1");
    assertThat(Duration.between(Instant.now(), node.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(396), Duration.ofDays(397));
    assertThat(out.toString())
        .contains("cluster.tls.certificate: " + folder().resolve("one.crt"))
        .contains("cluster.tls.key: " + folder().resolve("one.key"))
        .contains("cluster.tls.authority: " + folder().resolve("ca.crt"))
        .contains("any cluster that trusts the authority");
  }

  @Test
  void keysBelongToTheirOwnerAlone() throws Exception {
    assertThat(certs("--host", "one.example")).isZero();
    assumeTrue(
        Files.getFileStore(folder()).supportsFileAttributeView("posix"),
        "this file system knows no owners");

    for (String key : List.of("ca.key", "one.example.key")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(key))))
          .isEqualTo("rw-------");
    }
    try (var files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("ca.key", "ca.crt", "one.example.key", "one.example.crt");
    }
  }

  @Test
  void nodesAcceptEachOtherAndNoOtherCluster() throws Exception {
    assertThat(certs("--host", "one", "--cluster", ORDERS.toString())).isZero();
    assertThat(certs("--host", "two", "--cluster", ORDERS.toString())).isZero();
    assertThat(certs("--host", "three", "--cluster", PAYMENTS.toString())).isZero();
    NodeTls one = open("one");

    check(one, "two");
    assertThatThrownBy(() -> check(one, "three"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(ClusterUri.of(PAYMENTS));
  }

  @Test
  void renewsANodeThatRunsAndKeepsItsClusterAndTheAuthority() throws Exception {
    assertThat(certs("--host", "one", "--cluster", ORDERS.toString())).isZero();
    byte[] authority = Files.readAllBytes(folder().resolve("ca.crt"));
    byte[] authorityKey = Files.readAllBytes(folder().resolve("ca.key"));
    X509Certificate before = read("one.crt");
    NodeTls one = open("one");

    assertThat(certs("--host", "one", "--days", "30", "--output", "json")).isZero();

    assertThat(one.reload()).isTrue();
    assertThat(one.expires()).isBefore(before.getNotAfter().toInstant());
    assertThat(ClusterUri.in(read("one.crt"))).containsExactly(ClusterUri.of(ORDERS));
    assertThat(Files.readAllBytes(folder().resolve("ca.crt"))).isEqualTo(authority);
    assertThat(Files.readAllBytes(folder().resolve("ca.key"))).isEqualTo(authorityKey);
    String text = out.toString();
    JsonNode json = JsonMapper.shared().readTree(text.substring(text.indexOf('{')));
    assertThat(json.at("/authority/created").asBoolean()).isFalse();
    assertThat(json.at("/node/renewed").asBoolean()).isTrue();
    assertThat(json.at("/node/serial").asString())
        .isEqualTo(read("one.crt").getSerialNumber().toString(16));
    assertThat(json.at("/configuration").get("cluster.tls.key").asString())
        .isEqualTo(folder().resolve("one.key").toString());
  }

  @Test
  void neverWritesOverAnAuthority() throws Exception {
    assertThat(certs("--host", "one")).isZero();
    Path certificate = folder().resolve("ca.crt");
    Path key = folder().resolve("ca.key");
    String keyText = Files.readString(key);

    Files.move(certificate, folder().resolve("away"));
    assertThat(certs("--host", "two")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains(key + " is there, but " + certificate + " is not");
    Files.move(folder().resolve("away"), certificate);
    Files.delete(key);
    assertThat(certs("--host", "two")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains(certificate + " is there, but " + key + " is not");
    Files.writeString(key, Files.readString(folder().resolve("one.key")));
    assertThat(certs("--host", "two")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("is not the P-256 key of");
    Files.writeString(key, keyText.substring(0, 60));
    assertThat(certs("--host", "two")).isEqualTo(Exit.FAILED);
    Files.writeString(key, keyText);
    Files.writeString(certificate, Files.readString(folder().resolve("one.crt")));
    assertThat(certs("--host", "two")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("is not the certificate of an authority");
    assertThat(Files.readString(key)).isEqualTo(keyText);
    assertThat(folder().resolve("two.crt")).doesNotExist();
  }

  @Test
  void aNodeDoesNotOutliveItsAuthority() throws Exception {
    assertThat(certs("--host", "one", "--days", "3650")).isZero();
    assertThat(read("one.crt").getNotAfter()).isBeforeOrEqualTo(read("ca.crt").getNotAfter());
  }

  @Test
  void wrongUsageEndsWithTwoAndSaysWhatIsNeeded() {
    assertThat(run("cluster")).isEqualTo(Exit.USAGE);
    assertThat(run("cluster", "certs", "--host", "one")).isEqualTo(Exit.USAGE);
    assertThat(certs()).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--dir=DIR", "--host=NAME");
    for (String host :
        List.of("", "a_b", "-a", "10.0.0.999", "10.0", "fe80::1%eth0", "x:1", "ö.example")) {
      assertThat(certs("--host", host + ",one")).as(host).isEqualTo(Exit.USAGE);
      assertThat(err.toString()).contains("'" + host + "' is neither a host name");
    }
    assertThat(certs("--host", "fd00::1")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("'fd00::1' cannot be the name of a node's files");
    for (String node : List.of("ca", "CA", "../x", ".", "a/b")) {
      assertThat(certs("--host", "one", "--node", node)).as(node).isEqualTo(Exit.USAGE);
    }
    assertThat(certs("--host", "one", "--days", "0")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--days is 0; 1 to 3650 is needed");
    assertThat(certs("--host", "one", "--cluster", "orders")).isEqualTo(Exit.USAGE);
    assertThat(folder()).doesNotExist();
  }

  @Test
  void saysWhichFolderItCannotWriteTo() throws Exception {
    Files.writeString(folder(), "a file");
    assertThat(certs("--host", "one")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains(folder() + ": a file could not be read or written");
  }

  @Test
  void opensslAcceptsThem() throws Exception {
    assumeTrue(hasOpenssl(), "openssl is not installed");
    assertThat(certs("--host", "one.example,10.0.0.1", "--node", "one")).isZero();
    assertThat(certs("--host", "two.example", "--cluster", ORDERS.toString())).isZero();

    openssl("verify", "-purpose", "sslserver", "-verify_hostname", "one.example", "one.crt");
    openssl("verify", "-purpose", "sslserver", "-verify_ip", "10.0.0.1", "one.crt");
    openssl("verify", "-purpose", "sslclient", "one.crt", "two.example.crt");
  }

  private void openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", arguments[0], "-x509_strict"));
    command.addAll(List.of("-CAfile", "ca.crt"));
    command.addAll(List.of(arguments).subList(1, arguments.length));
    Process process =
        new ProcessBuilder(command).directory(folder().toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static boolean hasOpenssl() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("openssl", "version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean[] usage(int... bits) {
    boolean[] usage = new boolean[9];
    for (int bit : bits) {
      usage[bit] = true;
    }
    return usage;
  }

  private NodeTls open(String node) throws IOException {
    return NodeTls.open(
        new NodeCertificates(
            folder().resolve(node + ".crt"),
            folder().resolve(node + ".key"),
            folder().resolve("ca.crt")),
        () -> ORDERS,
        Clock.system());
  }

  private void check(NodeTls tls, String peer) throws Exception {
    X509Certificate[] chain = {read(peer + ".crt")};
    tls.trustManager().checkClientTrusted(chain, "UNKNOWN");
    tls.trustManager().checkServerTrusted(chain, "UNKNOWN");
  }

  private X509Certificate read(String name) throws Exception {
    try (InputStream in = Files.newInputStream(folder().resolve(name))) {
      return (X509Certificate)
          Objects.requireNonNull(CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
  }

  private Path folder() {
    return temporary.resolve("certs");
  }

  private int certs(String... arguments) {
    List<String> all = new ArrayList<>(List.of("cluster", "certs", "--dir", folder().toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    return Commands.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
