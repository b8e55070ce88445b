package dev.perdure.example.cascade;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients in an open loop: each call is sent when it is due, whether others were answered or not,
 * as people do who know nothing of each other. A client waits for its answer for {@link
 * Script#PATIENCE}, says so in the header {@code Perdure-Timeout}, and does not ask again.
 */
final class Load {

  private final Clock clock = Clock.system();
  private final Script script;
  private final Semaphore room;
  private final AtomicInteger ended = new AtomicInteger();

  Load(Script script) {
    this.script = script;
    // Twice as many as can wait at a time if all are patient and none is answered.
    this.room = new Semaphore((int) (2L * script.rate() * Script.PATIENCE.toSeconds()) + 10);
  }

  /** Calls that have ended. */
  int ended() {
    return ended.get();
  }

  /** How many calls a run has, the warm-up among them. */
  static int calls(Script script) {
    long ns = script.times().warmUp().toNanos() + script.times().endNs();
    return (int) (ns * script.rate() / 1_000_000_000L);
  }

  /**
   * Sends all calls and waits for their ends.
   *
   * @param door the service that is called
   * @param zeroNs time zero on the monotonic clock; the warm-up is before it
   */
  List<Shot> run(URI door, long zeroNs) {
    Queue<Shot> shots = new ConcurrentLinkedQueue<>();
    HttpRequest request =
        HttpRequest.newBuilder(door)
            .timeout(Script.PATIENCE)
            .header("Perdure-Timeout", Script.PATIENCE.toMillis() + "ms")
            .build();
    SplittableRandom random = new SplittableRandom(script.seed());
    long warmUpNs = script.times().warmUp().toNanos();
    int calls = calls(script);
    try (HttpClient http = client();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        long dueNs = (long) ((i + random.nextDouble()) * 1e9 / script.rate()) - warmUpNs;
        await(zeroNs + dueNs);
        if (room.tryAcquire()) {
          threads.execute(() -> shots.add(shoot(http, request, zeroNs, dueNs)));
        } else {
          shots.add(new Shot(dueNs, 0, Shot.Outcome.UNSENT));
          ended.incrementAndGet();
        }
      }
    }
    return List.copyOf(shots);
  }

  /** A client of the kind that services have, too. */
  static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private void await(long untilNs) {
    for (long left = untilNs - clock.monotonicNs(); left > 0; ) {
      clock.parkNanos(left);
      left = untilNs - clock.monotonicNs();
    }
  }

  private Shot shoot(HttpClient http, HttpRequest request, long zeroNs, long dueNs) {
    try {
      Shot.Outcome outcome = outcome(http, request);
      long tookNs = clock.monotonicNs() - zeroNs - dueNs;
      boolean late = outcome.good() && tookNs > Script.PATIENCE.toNanos();
      return new Shot(dueNs, tookNs, late ? Shot.Outcome.GAVE_UP : outcome);
    } finally {
      room.release();
      ended.incrementAndGet();
    }
  }

  private static Shot.Outcome outcome(HttpClient http, HttpRequest request) {
    try {
      HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
      if (answer.statusCode() != 200) {
        return Shot.Outcome.FAILED;
      }
      boolean whole = answer.headers().firstValue(Service.WITHOUT).isEmpty();
      return whole ? Shot.Outcome.WHOLE : Shot.Outcome.PARTIAL;
    } catch (IOException e) {
      return Shot.Outcome.GAVE_UP;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Shot.Outcome.GAVE_UP;
    }
  }
}
