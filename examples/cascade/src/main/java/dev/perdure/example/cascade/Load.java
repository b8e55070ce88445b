package dev.perdure.example.cascade;

import dev.perdure.kernel.Clock;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Calls in an open loop: each is sent when it is due, whether others were answered or not, as by
 * people who know nothing of each other.
 */
final class Load {

  private final Clock clock = Clock.system();
  private final Script script;
  private final Semaphore room;

  Load(Script script) {
    this.script = script;
    // Twice as many as can wait at a time if all are patient and none is answered.
    this.room = new Semaphore((int) (2L * script.rate() * Script.PATIENCE.toSeconds()) + 10);
  }

  /** How many calls a run has, the warm-up among them. */
  static int calls(Script script) {
    long ns = script.times().warmUp().toNanos() + script.times().endNs();
    return (int) (ns * script.rate() / 1_000_000_000L);
  }

  /**
   * Sends all calls and waits for their ends.
   *
   * @param zeroNs time zero on the monotonic clock; the warm-up is before it
   */
  List<Shot> run(Clients clients, long zeroNs) {
    Queue<Shot> shots = new ConcurrentLinkedQueue<>();
    SplittableRandom random = new SplittableRandom(script.seed());
    long warmUpNs = script.times().warmUp().toNanos();
    int calls = calls(script);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        int number = i;
        long dueNs = (long) ((i + random.nextDouble()) * 1e9 / script.rate()) - warmUpNs;
        await(zeroNs + dueNs);
        if (room.tryAcquire()) {
          threads.execute(() -> shots.add(shoot(clients, number, zeroNs, dueNs)));
        } else {
          shots.add(new Shot(dueNs, 0, Shot.Outcome.UNSENT));
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

  private Shot shoot(Clients clients, int number, long zeroNs, long dueNs) {
    try {
      Shot.Outcome outcome = clients.call(number);
      long tookNs = clock.monotonicNs() - zeroNs - dueNs;
      boolean late = outcome.good() && tookNs > Script.PATIENCE.toNanos();
      return new Shot(dueNs, tookNs, late ? Shot.Outcome.GAVE_UP : outcome);
    } finally {
      room.release();
    }
  }
}
