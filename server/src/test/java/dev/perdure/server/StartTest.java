package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import dev.perdure.kernel.Clock;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.fixture.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that come while the node is being opened. */
class StartTest {

  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  /** Takes as long to open as the test likes. */
  private static final class Slow implements Service {
    private final CountDownLatch go = new CountDownLatch(1);

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      try {
        assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new ModesTest.Counters().entities();
    }
  }

  private CompletableFuture<Perdure> start(Slow service, int port) {
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, port)
            .with(Keys.ADMIN_PORT, 0);
    return CompletableFuture.supplyAsync(
        () -> Perdure.start(config, service), Thread::startVirtualThread);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** As soon as there is somebody to talk to. */
  private static RawHttp connected(int port) throws IOException {
    long endNs = Clock.system().monotonicNs() + 20_000 * MS;
    while (true) {
      try {
        return new RawHttp(port);
      } catch (ConnectException e) {
        if (Clock.system().monotonicNs() - endNs > 0) {
          throw e;
        }
        LockSupport.parkNanos(MS);
      }
    }
  }

  private static String add(String header) {
    return "POST /v1/entities/counter/a/add HTTP/1.1\r\nHost: node\r\n"
        + "Content-Type: application/json\r\nContent-Length: 11\r\n"
        + header
        + "\r\n{\"value\":1}";
  }

  @Test
  void waitForItInsteadOfBeingRefused() throws Exception {
    Slow service = new Slow();
    int port = freePort();
    CompletableFuture<Perdure> starting = start(service, port);
    try (RawHttp client = connected(port)) {
      long sentNs = Clock.system().monotonicNs();
      client.send(add(""));
      service.go.countDown();
      RawHttp.Answer answer = client.answer();
      if (answer.status() != 200) {
        // The start took longer than a request waits: then it has waited all the same.
        assertThat(answer.status()).isEqualTo(503);
        assertThat(Clock.system().monotonicNs() - sentNs).isGreaterThan(1_400 * MS);
      }
    } finally {
      starting.join().close();
    }
  }

  @Test
  void areNotExecutedAfterTheirTime() throws Exception {
    Slow service = new Slow();
    int port = freePort();
    CompletableFuture<Perdure> starting = start(service, port);
    try (RawHttp client = connected(port);
        RawHttp later = connected(port)) {
      client.send(add("Perdure-Timeout: 300ms\r\n"));
      LockSupport.parkNanos(500 * MS);
      service.go.countDown();
      RawHttp.Answer answer = client.answer();
      // The start may have taken longer than a request waits: that is no execution, either.
      assertThat(answer.body()).containsAnyOf("deadline-exceeded", "the node is starting");
      starting.join();
      later.send("GET /v1/entities/counter/a HTTP/1.1\r\nHost: node\r\n\r\n");
      assertThat(later.answer().status()).isEqualTo(404);
    } finally {
      starting.join().close();
    }
  }
}
