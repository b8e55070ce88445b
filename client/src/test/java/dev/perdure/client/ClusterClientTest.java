package dev.perdure.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.server.Perdure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against three real nodes. */
class ClusterClientTest {

  private static final int CALLERS = 8;
  private static final int CALLS = 150;
  private static final int COUNTERS = 30;
  private static final int LINES = 40 * COUNTERS;

  @TempDir private Path directory;

  /** Eight callers add to counters of their own until all is done; the failures. */
  private static List<String> load(PerdureClient client, AtomicInteger done, Runnable halfway)
      throws Exception {
    List<String> failures = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<String>>> running = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        String id = "c" + caller;
        Callable<List<String>> task =
            () -> {
              List<String> failed = new ArrayList<>();
              for (int i = 1; i <= CALLS; i++) {
                try {
                  Answer.Done reply =
                      client.command("counter", id, "add", new Counter.Add(1)).orThrow();
                  if (reply.as(Counter.State.class).sum() != i) {
                    failed.add("after " + i + " additions " + id + " is " + reply.json());
                  }
                } catch (PerdureException e) {
                  failed.add(String.valueOf(e.getMessage()));
                }
                if (done.incrementAndGet() == CALLERS * CALLS / 2) {
                  halfway.run();
                }
              }
              return failed;
            };
        running.add(pool.submit(task));
      }
      for (Future<List<String>> one : running) {
        failures.addAll(one.get());
      }
    }
    return failures;
  }

  @Test
  void aNodeThatStopsInTheMiddleCostsNoErrorAndDoublesNothing() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3);
        PerdureClient client =
            PerdureClient.builder(cluster.urls()).timeout(Duration.ofSeconds(40)).build()) {
      Perdure leader = cluster.busiest();
      FutureTask<List<BatchAnswer>> batch = new FutureTask<>(() -> client.batch(additions()));
      List<String> failures =
          load(
              client,
              new AtomicInteger(),
              () -> {
                Thread.startVirtualThread(batch);
                Thread.startVirtualThread(leader::close);
              });
      List<BatchAnswer> answers = batch.get();
      cluster.nodes.remove(leader);
      assertThat(failures).isEmpty();
      for (int caller = 0; caller < CALLERS; caller++) {
        State state = client.get("counter", "c" + caller).orElseThrow();
        assertThat(state.as(Counter.State.class).sum()).isEqualTo(CALLS);
        assertThat(state.version()).isEqualTo(CALLS);
      }
      for (int i = 0; i < LINES; i++) {
        assertThat(answers.get(i).orThrow().version()).as("line %d", i).isEqualTo(i / COUNTERS + 1);
      }
    }
  }

  /** Forty additions to each of thirty counters, the body on two lines. */
  private static List<Command> additions() {
    return IntStream.range(0, LINES)
        .mapToObj(i -> Command.of("counter", "b" + i % COUNTERS, "add", "{\n\"amount\": 1}"))
        .toList();
  }

  @Test
  void goesStraightToTheLeaderAndReadsFromReplicas() throws Exception {
    try (Cluster cluster = Cluster.start(directory, 3);
        PerdureClient client = PerdureClient.of(Cluster.url(cluster.nodes.getFirst()))) {
      // The first map may be of a moment before leaders moved; what needs a hop says so.
      Cluster.until(
          () -> {
            long before = forwarded(cluster);
            for (int i = 0; i < 60; i++) {
              client.command("counter", "s" + i, "add", new Counter.Add(1)).orThrow();
            }
            return forwarded(cluster) == before;
          });
      String sum = client.get("counter", "s1").orElseThrow().json();
      Duration bound = Duration.ofSeconds(20);
      Cluster.until(
          () -> {
            State read = client.get("counter", "s1", bound).orElseThrow();
            assertThat(read.staleness()).isLessThanOrEqualTo(bound);
            assertThat(read.json()).isEqualTo(sum);
            return !read.staleness().isZero();
          });
      assertThat(client.get("counter", "nobody", bound)).isEmpty();
    }
  }

  /** What the nodes count. */
  private static long forwarded(Cluster cluster) {
    long sum = 0;
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (Perdure node : cluster.nodes) {
        URI metrics = URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics");
        String page =
            http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        sum +=
            page.lines()
                .filter(line -> line.startsWith("perdure_forwarded_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("a node's metrics could not be read", e);
    }
    return sum;
  }
}
