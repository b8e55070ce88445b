package dev.perdure.journal.ratis;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From which index on a log is wanted by others, and for how long. Thread-safe. */
final class KeptLog {

  private static final Clock CLOCK = Clock.system();

  private final List<Wish> wishes = new ArrayList<>();

  private record Wish(long fromIndex, long untilNs) {}

  /** Wishes for the same index are one: it lasts as long as the longest. */
  synchronized void keep(long fromIndex, Duration duration) {
    long untilNs = CLOCK.monotonicNs() + duration.toNanos();
    for (Wish wish : wishes) {
      if (wish.fromIndex == fromIndex && wish.untilNs - untilNs >= 0) {
        return;
      }
    }
    wishes.removeIf(wish -> wish.fromIndex == fromIndex);
    wishes.add(new Wish(fromIndex, untilNs));
  }

  /** The first index that is wanted. */
  synchronized long from() {
    long now = CLOCK.monotonicNs();
    wishes.removeIf(wish -> now - wish.untilNs > 0);
    return wishes.stream().mapToLong(Wish::fromIndex).min().orElse(Long.MAX_VALUE);
  }
}
