package dev.perdure.guard.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The watchdog by itself. What it does to real sockets is in BlockingTest. */
class WatchdogTest {

  private static final class Job extends Watched {
    Job(long deadlineNs) {
      deadlineNs(deadlineNs);
    }

    @Override
    protected void overrun(Thread thread) {}
  }

  @Test
  void noInterruptLeaksInMillionCallsThatEndAsTheirTimeDoes() throws Exception {
    Watchdog watchdog = new Watchdog(System::nanoTime);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger leaked = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    int workers = 4;
    List<Thread> threads = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      SplittableRandom random = new SplittableRandom(w);
      Runnable work =
          () -> {
            for (int i = 0; i < 1_000_000 / workers; i++) {
              long now = System.nanoTime();
              Job job = new Job(now + random.nextInt(2_000));
              watchdog.begin(job, 1_000_000);
              long untilNs = now + random.nextInt(2_000);
              while (System.nanoTime() - untilNs < 0) {
                Thread.onSpinWait();
              }
              if (watchdog.end(job)) {
                late.incrementAndGet();
              }
              if (Thread.interrupted()) {
                leaked.incrementAndGet();
              }
            }
          };
      threads.add(w % 2 == 0 ? Thread.ofPlatform().start(work) : Thread.ofVirtual().start(work));
    }
    // The watchdog's own thread looks too; one that never rests meets more calls at their end.
    Thread looker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    long _ = watchdog.look(System.nanoTime());
                  }
                });
    for (Thread thread : threads) {
      thread.join();
    }
    over.set(true);
    looker.join();
    assertThat(leaked.get()).isZero();
    assertThat(late.get()).as("calls that were interrupted").isGreaterThan(1_000);
  }

  @Test
  void findsRoomForMoreCallsThanOneTableHas() throws Exception {
    Watchdog watchdog = new Watchdog(System::nanoTime);
    long now = System.nanoTime();
    long hourNs = 3_600_000_000_000L;
    AtomicInteger inTime = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(5_000);
    CountDownLatch enough = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                Job job = new Job(now + hourNs);
                watchdog.begin(job, hourNs);
                begun.countDown();
                try {
                  enough.await();
                } catch (InterruptedException e) {
                  return;
                }
                if (!watchdog.end(job)) {
                  inTime.incrementAndGet();
                }
              }));
    }
    begun.await();
    assertThat(watchdog.look(now)).isEqualTo(now + hourNs);
    enough.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(inTime.get()).isEqualTo(5_000);
    assertThat(watchdog.look(now)).isEqualTo(Long.MAX_VALUE);
  }
}
