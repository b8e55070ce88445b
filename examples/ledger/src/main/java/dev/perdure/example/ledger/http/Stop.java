package dev.perdure.example.ledger.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks work to end early. Waiting between two attempts is waiting for this. Thread-safe. */
public final class Stop {

  private final CountDownLatch latch = new CountDownLatch(1);

  /** Asks to stop; again has no effect. */
  public void request() {
    latch.countDown();
  }

  /** True once stopping was asked for. */
  public boolean requested() {
    return latch.getCount() == 0;
  }

  /**
   * Waits, but not beyond a request to stop.
   *
   * @return true if stopping was asked for
   */
  public boolean await(long ms) {
    try {
      return latch.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      request();
      return true;
    }
  }
}
