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

  synchronized void keep(long fromIndex, Duration duration) {
    wishes.add(new Wish(fromIndex, CLOCK.monotonicNs() + duration.toNanos()));
  }

  /** The first index that is wanted. */
  synchronized long from() {
    long now = CLOCK.monotonicNs();
    wishes.removeIf(wish -> now - wish.untilNs > 0);
    return wishes.stream().mapToLong(Wish::fromIndex).min().orElse(Long.MAX_VALUE);
  }
}
