package dev.perdure.connect.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.perdure.connect.Purse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks over TLS: what the JVM trusts is told, and nobody else. */
class WebhookTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;

  private final List<String> came = new CopyOnWriteArrayList<>();
  private final SSLContext usual = usual();
  private HttpsServer server;
  private SSLContext trusting;

  private static SSLContext usual() {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new LinkageError("TLS, which every JDK has", e);
    }
  }

  @BeforeEach
  void start() throws Exception {
    KeyStore keys = certificate();
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
    others.init(keys);
    SSLContext serving = SSLContext.getInstance("TLS");
    serving.init(own.getKeyManagers(), null, null);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, others.getTrustManagers(), null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(serving));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            came.add(String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id")));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    SSLContext.setDefault(usual);
    server.stop(0);
  }

  private KeyStore certificate() throws Exception {
    Path file = folder.resolve("receiver.p12");
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "receiver",
                "-keyalg",
                "EC",
                "-dname",
                "CN=receiver",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(made.waitFor()).as("see %s", folder).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyStore.Entry entry = new KeyStore.TrustedCertificateEntry(keys.getCertificate("receiver"));
    keys.setEntry("trusted", entry, null);
    return keys;
  }

  private Webhook webhook(String host) {
    return KilledNode.webhook(
        URI.create("https://" + host + ":" + server.getAddress().getPort() + "/purses"));
  }

  @Test
  void whomTheMachineTrustsIsTold() throws Exception {
    SSLContext.setDefault(trusting);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook("127.0.0.1"))) {
      outbox.handle(List.of(Purse.put("a", 1, 5)));
    }
    assertThat(came).containsExactly(WebhookOutbox.id(Purse.put("a", 1, 5)));
  }

  @Test
  void nobodyElseIsToldAnything() throws Exception {
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook("127.0.0.1"))) {
      assertThatThrownBy(() -> outbox.handle(List.of(Purse.put("a", 1, 5))))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("webhook-unanswered: https://127.0.0.1:")
          .hasMessageContaining("PKIX");
    }
    SSLContext.setDefault(trusting);
    try (WebhookOutbox<Purse.Event> outbox = WebhookOutbox.of(webhook("localhost"))) {
      assertThatThrownBy(() -> outbox.handle(List.of(Purse.put("a", 1, 5))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("localhost");
    }
    assertThat(came).isEmpty();
  }
}
