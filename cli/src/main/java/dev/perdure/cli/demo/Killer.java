package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.kernel.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kills the node at moments spread over the load, starts it again at once and times how it comes
 * back.
 */
final class Killer {

  private static final long UP = Long.MAX_VALUE;

  private final DemoNodes nodes;
  private final Replies replies;
  private final Stop stop;
  private final AtomicInteger killed = new AtomicInteger();
  private final AtomicLong downNs = new AtomicLong();
  private final AtomicLong downSinceNs = new AtomicLong(UP);

  /** The load ends early when {@code stop} is requested, and so does the killing. */
  Killer(DemoNodes nodes, Replies replies, Stop stop) {
    this.nodes = nodes;
    this.replies = replies;
    this.stop = stop;
  }

  /**
   * Kills and restarts; returns when all is done or the load is over.
   *
   * @param progress of the load, from 0 to 1
   * @param loadEnded true when the load has ended, for whatever reason
   */
  List<Kill> run(
      DemoSettings settings,
      DoubleSupplier progress,
      Delivery delivery,
      BooleanSupplier loadEnded) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    List<Kill> kills = new ArrayList<>();
    for (int number = 1; number <= settings.kills(); number++) {
      double share = (number - 0.3 + random.nextDouble(0.6)) / (settings.kills() + 1);
      if (!await(() -> progress.getAsDouble() >= share, loadEnded)) {
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

  private @Nullable Kill killOnce(int number, long inFlight, BooleanSupplier loadEnded) {
    long before = replies.done();
    long killNs = Clock.system().monotonicNs();
    downSinceNs.set(killNs);
    nodes.kill();
    replies.newProcess(Clock.system().monotonicNs());
    killed.set(number);
    nodes.start();
    nodes.awaitReady();
    long readyNs = Clock.system().monotonicNs();
    if (!await(replies::answered, loadEnded)) {
      return null;
    }
    downNs.addAndGet(replies.firstAnswerNs() - killNs);
    downSinceNs.set(UP);
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

  /** How long there was no node so far, from a kill to the next first reply. */
  long downNs() {
    long since = downSinceNs.get();
    return downNs.get() + (since == UP ? 0 : Clock.system().monotonicNs() - since);
  }

  /** Kills so far. */
  int killed() {
    return killed.get();
  }
}
