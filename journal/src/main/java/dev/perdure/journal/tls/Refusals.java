package dev.perdure.journal.tls;

import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs who was refused. A refused node comes back every second, and a stranger can come
 * as often as it likes with another name each time: the same text is said once a minute, and no
 * more than some texts in a minute. Thread-safe.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final long AGAIN_AFTER_NS = Duration.ofMinutes(1).toNanos();
  private static final int TEXTS_MAX = 20;

  private final Clock clock;
  private final LongAdder count = new LongAdder();

  /** What was said since {@code beginNs}, with how often it happened. */
  private final Map<String, Long> said = new LinkedHashMap<>();

  private long unsaid;
  private long beginNs;

  Refusals(Clock clock) {
    this.clock = clock;
    this.beginNs = clock.monotonicNs();
  }

  void add(String text) {
    count.increment();
    if (isNew(text)) {
      LOG.warn("{}", text);
    }
  }

  /** Since the start. */
  long count() {
    return count.sum();
  }

  private synchronized boolean isNew(String text) {
    long now = clock.monotonicNs();
    if (now - beginNs >= AGAIN_AFTER_NS) {
      long repeated = said.values().stream().mapToLong(times -> times - 1).sum() + unsaid;
      if (repeated > 0) {
        LOG.warn("Refused peers {} times more for reasons said before or not said", repeated);
      }
      said.clear();
      unsaid = 0;
      beginNs = now;
    }
    if (said.containsKey(text)) {
      said.merge(text, 1L, Long::sum);
      return false;
    }
    if (said.size() == TEXTS_MAX) {
      unsaid++;
      return false;
    }
    said.put(text, 1L);
    return true;
  }
}
