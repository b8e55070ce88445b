package dev.perdure.server.anomaly;

import dev.perdure.server.http.Exchange;
import dev.perdure.server.http.HttpObserver;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one command in a hundred took since it was asked last, to about a fifth: four steps for each
 * doubling. Thread-safe.
 */
public final class Latencies implements HttpObserver {

  private static final String ENTITIES = "/v1/entities";
  private static final int STEPS = 4;
  private static final int ENOUGH = 20;
  private static final double MS = 1e6;

  private final HttpObserver next;
  private final AtomicLongArray counts = new AtomicLongArray(64 * STEPS);
  private double before;

  /**
   * Nothing was measured yet.
   *
   * @param next is told of everything, too
   */
  public Latencies(HttpObserver next) {
    this.next = next;
  }

  @Override
  public void served(Exchange exchange, long durationNs) {
    next.served(exchange, durationNs);
    if (exchange.method().equals("POST") && exchange.route().startsWith(ENTITIES)) {
      took(durationNs);
    }
  }

  void took(long ns) {
    double step = STEPS * Math.log((double) Math.max(1, ns)) / Math.log(2);
    counts.incrementAndGet(Math.clamp((int) step, 0, counts.length() - 1));
  }

  /** In milliseconds; what it was before if there were too few. One thread asks. */
  public double p99Ms() {
    long[] now = new long[counts.length()];
    long all = 0;
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.get(i);
      all += now[i];
    }
    if (all < ENOUGH) {
      return before;
    }
    long above = 0;
    int at = now.length;
    while (above * 100 < all) {
      at--;
      above += now[at];
    }
    for (int i = 0; i < now.length; i++) {
      counts.addAndGet(i, -now[i]);
    }
    before = Math.pow(2, (at + 1.0) / STEPS) / MS;
    return before;
  }
}
