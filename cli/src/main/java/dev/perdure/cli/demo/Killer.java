package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.kernel.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Kills the node at moments spread over the load, starts it again at once and times how it comes
 * back.
 */
final class Killer {

  private final NodeProcess node;
  private final Replies replies;
  private final Stop stop;
  private final AtomicInteger killed = new AtomicInteger();

  /** The load ends early when {@code stop} is requested, and so does the killing. */
  Killer(NodeProcess node, Replies replies, Stop stop) {
    this.node = node;
    this.replies = replies;
    this.stop = stop;
  }

  /**
   * Kills and restarts; returns when all is done or the load is over.
   *
   * @param answers final answers of the whole load
   * @param loadEnded true when the load has ended, for whatever reason
   */
  List<Kill> run(
      DemoSettings settings, long answers, Delivery delivery, BooleanSupplier loadEnded) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    List<Kill> kills = new ArrayList<>();
    for (int number = 1; number <= settings.kills(); number++) {
      double share = (number - 0.3 + random.nextDouble(0.6)) / (settings.kills() + 1);
      long moment = (long) (answers * share);
      if (!await(() -> replies.done() >= moment, loadEnded)) {
        break;
      }
      Kill kill = killOnce(number, delivery.inFlight(), loadEnded);
      if (kill == null) {
        break;
      }
      kills.add(kill);
    }
    return kills;
  }

  private @org.jspecify.annotations.Nullable Kill killOnce(
      int number, long inFlight, BooleanSupplier loadEnded) {
    long before = replies.done();
    long killNs = Clock.system().monotonicNs();
    node.kill();
    replies.newProcess(Clock.system().monotonicNs());
    killed.set(number);
    node.start();
    node.awaitReady();
    long readyNs = Clock.system().monotonicNs();
    if (!await(replies::answered, loadEnded)) {
      return null;
    }
    return new Kill(
        number,
        before,
        inFlight,
        (readyNs - killNs) / 1_000_000,
        (replies.firstAnswerNs() - killNs) / 1_000_000);
  }

  /** Waits for a condition; false if the load ended without it. */
  private boolean await(BooleanSupplier condition, BooleanSupplier loadEnded) {
    while (!condition.getAsBoolean()) {
      if (loadEnded.getAsBoolean() || stop.await(1)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  /** Kills so far. */
  int killed() {
    return killed.get();
  }
}
