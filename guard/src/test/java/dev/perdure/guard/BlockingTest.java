package dev.perdure.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.guard.policy.Concurrency;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Calls that block for real, on a server that takes connections and never answers. */
@SuppressWarnings("ThreadPriorityCheck") // Yields so that threads meet; nothing depends on it.
class BlockingTest {
  private static final long MS = 1_000_000;
  private static final int LIMIT_MS = 300;

  private static final Policy POLICY =
      Policy.defaults()
          .with(Retry.none())
          .with(Deadlines.of(Duration.ofSeconds(30), Duration.ofMillis(LIMIT_MS)))
          .with(Concurrency.fixed(1_000));

  private final AtomicLong noiseNs = new AtomicLong();

  @Test
  void blockingIoOnVirtualThreadsIsStoppedWithin30MsOfItsTimeout() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      int port = silent.getLocalPort();
      URI uri = URI.create("http://localhost:" + port + "/");
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      List<Action<Integer, Exception>> ways =
          List.of(
              attempt -> {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                  return socket.getInputStream().read();
                }
              },
              attempt -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode(),
              attempt -> {
                new CountDownLatch(1).await();
                return 1;
              });
      for (Action<Integer, Exception> way : ways) {
        // Loads what it needs.
        long[] _ = tookNs(way);
        long[] tookNs = tookNs(way);
        long middle = tookNs[tookNs.length / 2];
        assertThat(middle).isBetween(LIMIT_MS * MS, (LIMIT_MS + 30) * MS + noiseNs.get());
      }
    }
  }

  /** How much too late this machine, as busy as it is, wakes a thread that waits for a time. */
  private void waitAsLong() {
    long startNs = System.nanoTime();
    long leftNs = LIMIT_MS * MS;
    while (leftNs > 0) {
      LockSupport.parkNanos(leftNs);
      leftNs = LIMIT_MS * MS - (System.nanoTime() - startNs);
    }
    noiseNs.set(-leftNs);
  }

  /** How long each of some calls at once took, sorted. */
  private long[] tookNs(Action<Integer, Exception> way) throws InterruptedException {
    Dependency it = Guard.of(Map.of("it", POLICY)).dependency("it");
    long[] took = new long[9];
    List<Thread> threads = new ArrayList<>();
    AtomicReference<Object> wrong = new AtomicReference<>();
    noiseNs.set(0);
    threads.add(Thread.startVirtualThread(this::waitAsLong));
    for (int i = 0; i < took.length; i++) {
      int mine = i;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                long start = System.nanoTime();
                Outcome<Integer> outcome = it.outcome(Call.once().tenant("t" + mine), way);
                took[mine] = System.nanoTime() - start;
                if (!(outcome instanceof Outcome.TimedOut) || Thread.interrupted()) {
                  wrong.set(outcome);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong.get()).isNull();
    Arrays.sort(took);
    return took;
  }

  @Test
  void codeThatHeedsNoInterruptIsReportedAsAnOverrun() throws InterruptedException {
    CountDownLatch reported = new CountDownLatch(1);
    GuardListener listener =
        new GuardListener() {
          @Override
          public void overran(String dependency, Thread thread) {
            reported.countDown();
          }
        };
    Dependency it =
        Guard.builder().listener(listener).policies(Map.of("it", POLICY)).build().dependency("it");
    Outcome<Integer> outcome =
        it.outcome(
            Call.once(),
            attempt -> {
              while (reported.getCount() > 0) {
                Thread.onSpinWait();
              }
              return 1;
            });
    assertThat(outcome).as("half a result is no result").isInstanceOf(Outcome.TimedOut.class);
    assertThat(it.counts().overran()).isEqualTo(1);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void detachedCallsLetTheCallerGoAndKeepTheirPermitUntilTheyEnd() throws Exception {
    Policy detached = POLICY.with(POLICY.deadline().isolated(Deadlines.Isolation.DETACHED));
    Dependency it = Guard.of(Map.of("it", detached)).dependency("it");
    AtomicBoolean free = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    Outcome<Integer> outcome =
        it.outcome(
            Call.once(),
            attempt -> {
              while (!free.get()) {
                Thread.yield();
              }
              ended.countDown();
              return 1;
            });
    assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
    assertThat(it.underWay()).isEqualTo(1);
    free.set(true);
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    for (long end = System.nanoTime() + 10_000 * MS; it.underWay() > 0; Thread.yield()) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
    assertThat(give(it, Call.once(), 2)).isEqualTo(2);
    assertThat(it.outcome(Call.once(), attempt -> failed()))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.cause()).hasMessage("planned"));
  }

  private static int failed() throws IOException {
    throw new IOException("planned");
  }

  @Test
  void interruptOfSomebodyElseReachesTheCallerAndIsNoFailure() throws Exception {
    Dependency it = Guard.of(Map.of("it", POLICY)).dependency("it");
    CountDownLatch inside = new CountDownLatch(1);
    AtomicReference<Outcome<Integer>> outcome = new AtomicReference<>();
    AtomicBoolean still = new AtomicBoolean();
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              outcome.set(
                  it.outcome(
                      Call.idempotent(),
                      attempt -> {
                        inside.countDown();
                        new CountDownLatch(1).await();
                        return 1;
                      }));
              still.set(Thread.currentThread().isInterrupted());
            });
    inside.await();
    thread.interrupt();
    thread.join();
    assertThat(outcome.get())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(InterruptedException.class));
    assertThat(still.get()).isTrue();
    assertThat(it.underWay()).isZero();
  }

  private static int give(Dependency it, Call call, int value) {
    return it.call(call, attempt -> value);
  }
}
