package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long refusals are held back. To read a request and refuse it costs a third of doing it: a
 * flood of refusals, each followed by the next request on the same connection, leaves nothing for
 * what was let in. While many are refused, a connection hears it a moment later, and sends so much
 * less. At most so many are held at once; the least important wait longest, the critical never.
 */
final class Pauses {

  /** So many refusals in a second are no flood. */
  static final int FLOOD = 500;

  /** So many cost a noticeable part of a processor. */
  private static final int MANY = 2_000;

  private static final int SCALE_MAX = 16;
  private static final int PAUSE_MS_MAX = 1_500;
  private static final int HELD_MAX = 4_096;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Multiples of it, as fractions of 2^64, lie as evenly as can be. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final AtomicLong turn = new AtomicLong();
  private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
  private final AtomicInteger inSecond = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private volatile int scale = 0;

  /**
   * Counts a refusal; how long to hold it back at most, in milliseconds. What is held must be let
   * go.
   */
  int hold(Priority priority, long nowNs) {
    long now = Math.floorDiv(nowNs, SECOND_NS);
    long was = second.get();
    if (was != now && second.compareAndSet(was, now)) {
      scale = next(was == now - 1 ? inSecond.get() : 0);
      inSecond.set(0);
    }
    // A flood that begins is not known yet from the second before.
    int most = Math.max(scale, level(inSecond.incrementAndGet()));
    int ms = Math.min(PAUSE_MS_MAX, most * pauseMs(priority));
    if (ms > 0 && held.incrementAndGet() > HELD_MAX) {
      held.getAndDecrement();
      return 0;
    }
    return ms;
  }

  /**
   * From a half to the whole, evenly. Those who were refused together, after a pause of the node
   * for instance, would come again together for ever, and keep everybody else waiting each time.
   */
  int spread(int ms) {
    long fraction = (turn.getAndIncrement() * GOLDEN) >>> 32;
    return ms - (int) (((ms / 2) * fraction) >> 32);
  }

  /** Longer pauses while there are too many all the same, shorter ones when there are few. */
  private int next(int refusals) {
    if (refusals > MANY) {
      return Math.min(SCALE_MAX, Math.max(level(refusals), scale * 2));
    }
    return refusals > FLOOD ? Math.max(level(refusals), scale) : scale / 2;
  }

  private static int level(int refusals) {
    return Math.min(SCALE_MAX, refusals / (FLOOD + 1));
  }

  void letGo() {
    held.getAndDecrement();
  }

  int held() {
    return held.get();
  }

  private static int pauseMs(Priority priority) {
    return switch (priority) {
      case CRITICAL -> 0;
      case HIGH -> 20;
      case NORMAL -> 100;
      case SHEDDABLE -> 250;
    };
  }
}
