package dev.perdure.lab.cluster.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks to end. All waiting between two steps is waiting for this. Thread-safe. */
public final class Stop {

  private final CountDownLatch latch = new CountDownLatch(1);

  /** Asks to end; again has no effect. */
  public void request() {
    latch.countDown();
  }

  /** True once ending was asked for. */
  public boolean requested() {
    return latch.getCount() == 0;
  }

  /** Waits so long, but not beyond a request; true if there is one. */
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
