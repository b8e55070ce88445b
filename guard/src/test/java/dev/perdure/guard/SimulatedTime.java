package dev.perdure.guard;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;

/** Time that passes only when it is told to; what is scheduled runs then, on the telling thread. */
public final class SimulatedTime implements Time {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Random random = new Random(7);
  private long made;
  private volatile long nowNs;

  /** Begins at this reading of the clock. */
  public SimulatedTime(long originNs) {
    this.nowNs = originNs;
  }

  /** Begins at nought. */
  public SimulatedTime() {
    this(0);
  }

  private final class Event implements Comparable<Event>, Timer {
    final long atNs;
    final long number = made++;
    final Runnable task;
    boolean cancelled;

    Event(long delayNs, Runnable task) {
      this.atNs = nowNs + delayNs;
      this.task = task;
    }

    @Override
    public int compareTo(Event other) {
      long difference = atNs - other.atNs;
      return difference == 0 ? Long.compare(number, other.number) : Long.signum(difference);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public synchronized void sleepNs(long ns) {
    nowNs += ns;
  }

  @Override
  public synchronized Timer schedule(Runnable task, long delayNs) {
    Event event = new Event(Math.max(0, delayNs), task);
    events.add(event);
    return event;
  }

  @Override
  public synchronized double random() {
    return random.nextDouble();
  }

  /** A random number, for the simulation itself. */
  public synchronized int random(int bound) {
    return random.nextInt(bound);
  }

  /** Lets time pass, and runs what is due in it, in order. */
  public void pass(Duration duration) {
    long endNs = nowNs + duration.toNanos();
    while (true) {
      Event next = events.peek();
      if (next == null || next.atNs - endNs > 0) {
        break;
      }
      events.poll();
      nowNs = next.atNs;
      if (!next.cancelled) {
        next.task.run();
      }
    }
    nowNs = endNs;
  }

  /** Does something again and again until the end, beginning at once. */
  public void every(long periodNs, long endNs, Runnable task) {
    if (nowNs - endNs < 0) {
      task.run();
      Timer _ = schedule(() -> every(periodNs, endNs, task), periodNs);
    }
  }
}
