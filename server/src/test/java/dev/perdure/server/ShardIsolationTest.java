package dev.perdure.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard that is slow, and is asked far more than it can do, beside one that is not. */
class ShardIsolationTest {

  private static final int CALLERS = 150;
  private static final int OTHERS = 200;
  private static final String TIMEOUT = "5s";

  @TempDir private Path directory;

  private final AtomicInteger slow = new AtomicInteger();
  private final HttpClient http = HttpClient.newHttpClient();

  record Nothing() {}

  record Go() {}

  @Named("gone")
  record Gone() {}

  /** Takes its time. */
  @Named("sloth")
  private final class Sloth implements Entity<Nothing, Go, Gone> {
    @Override
    public Nothing initial() {
      return new Nothing();
    }

    @Override
    public Decision<Gone> decide(Nothing state, Go command, Operation operation) {
      slow.incrementAndGet();
      LockSupport.parkNanos(30_000_000);
      return Decision.accept(new Gone(), null);
    }

    @Override
    public Nothing evolve(Nothing state, Gone event) {
      return state;
    }
  }

  /** Does not. */
  @Named("hare")
  private static final class Hare implements Entity<Nothing, Go, Gone> {
    @Override
    public Nothing initial() {
      return new Nothing();
    }

    @Override
    public Decision<Gone> decide(Nothing state, Go command, Operation operation) {
      return Decision.accept(new Gone(), null);
    }

    @Override
    public Nothing evolve(Nothing state, Gone event) {
      return state;
    }
  }

  /** The service. */
  private final class Animals implements Service {
    @Override
    public String name() {
      return "animals";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(new Sloth(), new Hare());
    }
  }

  private int go(Perdure node, String type, String id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + node.apiPort()
                        + "/v1/entities/"
                        + type
                        + "/"
                        + id
                        + "/go"))
            .header("Content-Type", "application/json")
            .header("Perdure-Timeout", TIMEOUT)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    return response.statusCode();
  }

  private void hammers(Perdure node, String id) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        go(node, "sloth", id);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Test
  void aShardThatIsSlowTakesNoRoomFromAnother() throws Exception {
    ServerConfig config =
        ServerConfig.defaults()
            .with(Keys.DATA_DIR, directory.resolve("data"))
            .with(Keys.API_PORT, 0)
            .with(Keys.ADMIN_PORT, 0)
            .with(Keys.SHARDS, 2)
            .with(Keys.ADMISSION_LIMIT_MIN, 16)
            .with(Keys.ADMISSION_LIMIT_MAX, 64);
    try (Perdure node = Perdure.start(config, new Animals())) {
      EntityAddress sloth = new EntityAddress("default", "sloth", "s");
      String hare =
          IntStream.range(0, 1_000)
              .mapToObj(i -> "h" + i)
              .filter(
                  id ->
                      node.node().shardOf(new EntityAddress("default", "hare", id))
                          != node.node().shardOf(sloth))
              .findFirst()
              .orElseThrow();
      assertThat(go(node, "hare", hare)).isEqualTo(200);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(Thread.startVirtualThread(() -> hammers(node, "s")));
      }
      while (slow.get() < 20) {
        go(node, "hare", hare);
      }
      List<Integer> answers = new ArrayList<>();
      for (int i = 0; i < OTHERS; i++) {
        answers.add(go(node, "hare", hare));
      }
      callers.forEach(Thread::interrupt);
      assertThat(answers).as("none of the other shard is refused").containsOnly(200);
    }
  }
}
