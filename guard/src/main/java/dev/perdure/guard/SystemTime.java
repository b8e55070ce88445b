package dev.perdure.guard;

import dev.perdure.guard.watch.Watchdog;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The machine's monotonic clock, and one thread for what is done later. */
enum SystemTime implements Time {
  INSTANCE;

  /** One for the whole process. */
  static final Watchdog WATCHDOG = new Watchdog(System::nanoTime);

  @Override
  public long nowNs() {
    return System.nanoTime();
  }

  @Override
  public void sleepNs(long ns) throws InterruptedException {
    // A permit that never comes: waits, and heeds an interrupt.
    if (new Semaphore(0).tryAcquire(ns, TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("a permit that nobody gave");
    }
  }

  @Override
  public Timer schedule(Runnable task, long delayNs) {
    Future<?> later = Later.EXECUTOR.schedule(task, delayNs, TimeUnit.NANOSECONDS);
    return () -> later.cancel(false);
  }

  @Override
  public void fork(Runnable task) {
    Thread.startVirtualThread(task);
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** Made when the first asynchronous call needs it. */
  private static final class Later {
    static final ScheduledThreadPoolExecutor EXECUTOR = executor();

    private static ScheduledThreadPoolExecutor executor() {
      ScheduledThreadPoolExecutor executor =
          new ScheduledThreadPoolExecutor(
              1, task -> Thread.ofPlatform().daemon().name("perdure-guard-timer").unstarted(task));
      executor.setRemoveOnCancelPolicy(true);
      return executor;
    }
  }
}
