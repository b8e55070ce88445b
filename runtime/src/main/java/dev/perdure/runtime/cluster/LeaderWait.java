package dev.perdure.runtime.cluster;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * Where requests wait while nobody leads their shard. One thread a shard looks for its leader, not
 * each request: an election needs the processor that hundreds of them would take. Each still tries
 * by itself once in a while, later and later: what is known may be wrong. Thread-safe.
 */
final class LeaderWait {

  private static final long MS = 1_000_000;
  private static final long LOOK_NS = 4 * MS;
  private static final long FIRST_NS = 10 * MS;
  private static final int DOUBLINGS_MAX = 4;
  private static final long LONGEST_NS = 100 * MS;

  private final Clock clock;
  private final Entropy entropy;
  private final IntPredicate led;
  private final Map<Integer, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

  /**
   * Nobody waits yet.
   *
   * @param led whether somebody leads a shard who can be reached
   */
  LeaderWait(Clock clock, Entropy entropy, IntPredicate led) {
    this.clock = clock;
    this.entropy = entropy;
    this.led = led;
  }

  /**
   * Waits until somebody new may lead a shard, or it is time to try anyhow. After a first try that
   * was refused by one who is known to lead, what is known is wrong: that takes a moment, too.
   *
   * @param tries how often it was tried before, since somebody new led
   * @return how often it will then have been tried
   */
  int await(int shard, int tries) {
    long pauseNs = pauseNs(tries);
    if (led.test(shard)) {
      LockSupport.parkNanos(pauseNs);
      return tries + 1;
    }
    CompletableFuture<Void> leader = waiting.computeIfAbsent(shard, this::look);
    try {
      leader.get(pauseNs, TimeUnit.NANOSECONDS);
      return 0;
    } catch (TimeoutException e) {
      return tries + 1; // it tries anyhow
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return tries + 1;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** 10 ms, doubled with each try up to 100 ms, and up to half of it less or more. */
  private long pauseNs(int tries) {
    long pause = Math.min(LONGEST_NS, FIRST_NS << Math.min(tries, DOUBLINGS_MAX));
    return pause / 2 + Math.floorMod(entropy.nextLong(), pause);
  }

  private CompletableFuture<Void> look(int shard) {
    CompletableFuture<Void> leader = new CompletableFuture<>();
    long endNs = clock.monotonicNs() + Router.LEADERLESS_NS;
    var _ =
        Thread.ofVirtual()
            .name("leader-of-" + shard)
            .start(
                () -> {
                  while (!led.test(shard) && clock.monotonicNs() - endNs < 0) {
                    LockSupport.parkNanos(LOOK_NS);
                  }
                  waiting.remove(shard, leader);
                  leader.complete(null);
                });
    return leader;
  }
}
