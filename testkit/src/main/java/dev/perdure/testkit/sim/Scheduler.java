package dev.perdure.testkit.sim;

import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/** Virtual time, and what is to happen in it: in order of time, then of being scheduled. */
public final class Scheduler {

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long nowNs;
  private long scheduled;
  private long executed;

  private record Due(long atNs, long order, Runnable action) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** The time. */
  public long nowNs() {
    return nowNs;
  }

  /** How much has happened. */
  public long executed() {
    return executed;
  }

  /** Lets something happen later. */
  public void after(long delayNs, Runnable action) {
    queue.add(new Due(nowNs + Math.max(0, delayNs), scheduled++, action));
  }

  /** Has a simulated thread wait so long, or until somebody wakes it. */
  void park(long ns) {
    Thread waiter = Thread.currentThread();
    if (!waiter.isVirtual()) {
      throw new IllegalStateException("only a simulated thread can wait in virtual time");
    }
    boolean[] over = {false};
    after(
        ns,
        () -> {
          if (!over[0]) {
            LockSupport.unpark(waiter);
          }
        });
    LockSupport.park(this);
    over[0] = true;
  }

  /** Goes on to what is next, if that is due before a time. */
  public boolean runNext(long untilNs) {
    Due next = queue.peek();
    if (next == null || next.atNs >= untilNs) {
      nowNs = Math.max(nowNs, untilNs);
      return false;
    }
    queue.remove();
    nowNs = next.atNs;
    executed++;
    next.action.run();
    return true;
  }
}
