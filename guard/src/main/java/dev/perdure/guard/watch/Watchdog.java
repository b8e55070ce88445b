package dev.perdure.guard.watch;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts threads whose call has run out of time. A call writes itself into a free place of a
 * table and removes itself; the watchdog looks through the table when the nearest deadline comes.
 * Nothing is allocated, sorted or handed over for a call that ends in time.
 *
 * <p>No interrupt is left behind: who changes the state of a call first, the caller to ended or the
 * watchdog to interrupting, decides; a caller that comes second waits until the interrupt has been
 * sent and takes it back.
 *
 * <p>The watchdog sleeps until the nearest deadline that it saw, and never longer than the shortest
 * time limit that was used lately, so that a new call need not wake it. When nothing was watched
 * for a while it sleeps until somebody does.
 */
public final class Watchdog {
  private static final int FIRST_SIZE = 1 << 10;
  private static final int TABLES = 12;
  private static final int INDEX_BITS = 26;
  private static final int TRIES = 8;
  private static final int IDLE_ROUNDS = 16;
  private static final long STEP_MIN_NS = 1_000_000;

  /** How long after an interrupt a call that still runs is reported. */
  public static final long GRACE_NS = 100_000_000;

  private final LongSupplier clock;

  /** Tables double in size and stay; only places in the newest are given out. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private final @Nullable AtomicReferenceArray<@Nullable Watched>[] tables =
      new AtomicReferenceArray[TABLES];

  private volatile int newest;
  private volatile @Nullable Thread thread;
  private volatile long wakeNs;
  private volatile boolean asleep = true;
  private volatile long shortestNs = Long.MAX_VALUE;

  /** Watches by this clock; its thread starts with the first call. */
  public Watchdog(LongSupplier clock) {
    this.clock = clock;
    tables[0] = new AtomicReferenceArray<>(FIRST_SIZE);
  }

  /** Begins to watch the current thread. */
  public void begin(Watched watched, long limitNs) {
    Thread current = Thread.currentThread();
    watched.thread = current;
    int number = newest;
    AtomicReferenceArray<@Nullable Watched> table = table(number);
    int mask = table.length() - 1;
    int start = (int) ((current.threadId() * 0x9E3779B97F4A7C15L) >>> 40);
    for (int i = 0; ; i++) {
      int index = (start + i) & mask;
      if (table.getPlain(index) == null && table.compareAndSet(index, null, watched)) {
        watched.place = (number << INDEX_BITS) | index;
        break;
      }
      // The last table is searched to its end and again: it has room for more calls than a machine.
      if (i == TRIES && number < TABLES - 1) {
        number = grow(number);
        table = table(number);
        mask = table.length() - 1;
        i = -1;
      }
    }
    if (limitNs < shortestNs) {
      shortestNs = limitNs;
    }
    if (asleep || watched.deadlineNs - wakeNs < 0) {
      wake();
    }
  }

  /**
   * Ends watching. On return the current thread has no interrupt of the watchdog's.
   *
   * @return whether the time was over; then what the call gave is not to be trusted
   */
  public boolean end(Watched watched) {
    boolean inTime = Watched.STATE.compareAndSet(watched, Watched.RUNNING, Watched.ENDED);
    int place = watched.place;
    table(place >>> INDEX_BITS).setRelease(place & ((1 << INDEX_BITS) - 1), null);
    return !inTime && tookBack(watched);
  }

  private static boolean tookBack(Watched watched) {
    while (watched.state == Watched.INTERRUPTING) {
      Thread.onSpinWait();
    }
    if ((int) Watched.STATE.getAndSet(watched, Watched.ENDED) == Watched.INTERRUPTED) {
      // What it says is known: that the watchdog's interrupt was, or was not yet, seen.
      boolean unused = Thread.interrupted();
    }
    return true;
  }

  private AtomicReferenceArray<@Nullable Watched> table(int number) {
    AtomicReferenceArray<@Nullable Watched> table = tables[number];
    if (table == null) {
      throw new IllegalStateException("no table " + number);
    }
    return table;
  }

  private synchronized int grow(int seen) {
    if (newest == seen && seen + 1 < TABLES) {
      tables[seen + 1] = new AtomicReferenceArray<>(table(seen).length() * 2);
      newest = seen + 1;
    }
    return newest;
  }

  private void wake() {
    Thread watching = thread;
    if (watching == null) {
      watching = start();
    }
    LockSupport.unpark(watching);
  }

  private synchronized Thread start() {
    Thread watching = thread;
    if (watching == null) {
      watching = new Thread(this::watch, "perdure-guard-watchdog");
      watching.setDaemon(true);
      thread = watching;
      watching.start();
    }
    return watching;
  }

  private void watch() {
    int idle = 0;
    while (true) {
      long now = clock.getAsLong();
      // Told before looking: whoever comes after the look sees it and wakes the watchdog if needed.
      long step = Math.max(STEP_MIN_NS, Math.min(shortestNs, GRACE_NS));
      wakeNs = now + step;
      asleep = idle >= IDLE_ROUNDS;
      long nearest = look(now);
      if (nearest != Long.MAX_VALUE) {
        idle = 0;
        asleep = false;
        wakeNs = now + Math.min(step, Math.max(0, nearest - now));
      } else if (asleep) {
        shortestNs = Long.MAX_VALUE;
        LockSupport.park(this);
        idle = 0;
        continue;
      } else {
        idle++;
      }
      LockSupport.parkNanos(this, Math.max(1, wakeNs - clock.getAsLong()));
    }
  }

  /**
   * Looks at every call once and interrupts those whose time is over.
   *
   * @return the nearest deadline that lies ahead; the greatest number if nothing is watched
   */
  long look(long nowNs) {
    long nearest = Long.MAX_VALUE;
    for (int number = newest; number >= 0; number--) {
      AtomicReferenceArray<@Nullable Watched> table = table(number);
      for (int i = 0; i < table.length(); i++) {
        Watched watched = table.getAcquire(i);
        if (watched != null) {
          long next = look(watched, nowNs);
          // Differences, because the clock's origin is arbitrary.
          if (nearest == Long.MAX_VALUE || next - nearest < 0) {
            nearest = next;
          }
        }
      }
    }
    return nearest;
  }

  private static long look(Watched watched, long nowNs) {
    long deadline = watched.deadlineNs;
    if (deadline - nowNs > 0) {
      return deadline;
    }
    Thread running = watched.thread;
    if (running == null) {
      return nowNs + GRACE_NS;
    }
    if (Watched.STATE.compareAndSet(watched, Watched.RUNNING, Watched.INTERRUPTING)) {
      boolean others = running.isInterrupted();
      if (!others) {
        running.interrupt();
      }
      watched.state = others ? Watched.OUT_OF_TIME : Watched.INTERRUPTED;
    } else if (nowNs - deadline >= GRACE_NS && watched.state != Watched.ENDED) {
      watched.thread = null;
      watched.overrun(running);
    }
    return nowNs + GRACE_NS;
  }
}
