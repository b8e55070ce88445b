package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.IntakeFigures;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.fair.FairQueue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Requests on their way into the loop: new ones, bounded, and those that the loop gave back, which
 * come first. Any thread offers and expires, the loop takes.
 *
 * <p>As long as no more wait than the loop takes in one step, requests pass in the order in which
 * they came. A crowd is sorted: see {@link FairQueue}. Less important requests find the intake full
 * earlier, and so does a tenant that has its share of it when more than half of it is taken.
 */
final class Intake {

  /** What the loop takes in one step; to sort so little would change nothing. */
  static final int CROWD = 256;

  /** In percent of the length, by rank. */
  private static final int[] SHARES = {100, 95, 85, 60};

  private static final int TENANT_SHARE = 25;
  private static final String LATE = "what is ahead of it takes longer than its deadline";
  private static final String SHED = "too much waits, and others matter more or came later";
  private static final long RETRY_MS_MIN = 100;
  private static final long RETRY_MS_UNKNOWN = 1000;
  private static final long RETRY_MS_MAX = 30_000;

  private final int lengthMax;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Request> again = new ConcurrentLinkedQueue<>();
  private final FairQueue<Request> crowd = new FairQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder full = new LongAdder();
  private final LongAdder hopeless = new LongAdder();
  private final LongAdder shed = new LongAdder();
  private final LongAdder expired = new LongAdder();

  Intake(int lengthMax) {
    this.lengthMax = lengthMax;
  }

  /** Takes a request, or says why not. */
  Outcome.@Nullable Failed offer(Request request) {
    // Callers wait for a move to end; it is one request at a time.
    int now = waiting.get();
    if (now * 2L >= lengthMax && !(request instanceof MoveRequest)) {
      Outcome.Failed refusal = refusal(request, now);
      if (refusal != null) {
        full.increment();
        return refusal;
      }
    }
    waiting.incrementAndGet();
    requests.add(request);
    return null;
  }

  private Outcome.@Nullable Failed refusal(Request request, int now) {
    if (request.ends()) {
      // Refused, it would leave what was begun half done; there is no more of it than was begun.
      return now < 2L * lengthMax ? null : overloaded(now + " commands are waiting");
    }
    int room = (int) ((lengthMax * (long) SHARES[request.rank()] + 99) / 100);
    if (now >= room) {
      return overloaded(
          now + " commands are waiting, and " + room + " is the limit for one of its priority");
    }
    int own = crowd.sizeOf(request.tenant(), request.rank());
    // Alone it may have more, but not all: whoever comes next must find room.
    int share =
        crowd.isOnlyOf(request.tenant())
            ? room / 4 * 3
            : (int) (lengthMax * (long) TENANT_SHARE / 100);
    share = Math.max(1, share);
    return own < share
        ? null
        : overloaded(
            own + " commands of the tenant are waiting, its share of the queue is " + share);
  }

  private Outcome.Failed overloaded(String detail) {
    return overloaded(detail, crowd.delayNs());
  }

  /** The time to come again is the one that what waits takes. */
  private static Outcome.Failed overloaded(String detail, long delayNs) {
    long ms = delayNs == 0 ? RETRY_MS_UNKNOWN : delayNs / 1_000_000;
    return Outcome.Failed.retry(
        ProblemCode.OVERLOADED, detail, Math.clamp(ms, RETRY_MS_MIN, RETRY_MS_MAX));
  }

  /** Answers those of the crowd that will not be done; not executed. */
  private void refuse() {
    for (FairQueue.Refusal<Request> refusal : crowd.refused()) {
      waiting.decrementAndGet();
      Request request = refusal.work();
      if (request.take()) {
        boolean late = refusal.why() == FairQueue.Why.HOPELESS;
        (late ? hopeless : shed).increment();
        request.finish(overloaded(late ? LATE : SHED, refusal.delayNs()));
      }
    }
  }

  /** Takes back what the loop had. */
  void giveBack(Request request) {
    again.add(request);
  }

  /** Takes out all that was given back. */
  List<Request> takeGivenBack() {
    List<Request> all = new ArrayList<>();
    for (Request request = again.poll(); request != null; request = again.poll()) {
      all.add(request);
    }
    return all;
  }

  /** The next one to decide. Loop thread. */
  @Nullable Request next(long nowNs) {
    Request request = again.poll();
    if (request != null) {
      return request;
    }
    if (crowd.size() == 0 && waiting.get() <= CROWD) {
      return counted(requests.poll());
    }
    sort(nowNs);
    request = counted(crowd.take(nowNs));
    while (request != null && request.context().deadlineNs() - nowNs <= 0) {
      request.expire(nowNs);
      expired.increment();
      request = counted(crowd.take(nowNs));
    }
    refuse();
    return request;
  }

  private @Nullable Request counted(@Nullable Request request) {
    if (request != null) {
      waiting.decrementAndGet();
    }
    return request;
  }

  /** Moves what came into the crowd. Only the loop's thread does, or their order would be lost. */
  private void sort(long nowNs) {
    for (Request request = requests.poll(); request != null; request = requests.poll()) {
      crowd.add(request, nowNs);
    }
  }

  /** Answers all that waits. Loop thread, or any when the loop has stopped. */
  void refuseAll(Outcome refusal) {
    List<Request> all = takeGivenBack();
    for (Request request = requests.poll(); request != null; request = requests.poll()) {
      all.add(request);
      waiting.decrementAndGet();
    }
    List<Request> sorted = crowd.takeAll();
    waiting.addAndGet(-sorted.size());
    all.addAll(sorted);
    for (Request request : all) {
      if (request.take()) {
        request.finish(refusal);
      }
    }
  }

  /** New requests. */
  int waiting() {
    return waiting.get();
  }

  boolean isEmpty() {
    return requests.isEmpty() && again.isEmpty() && crowd.size() == 0;
  }

  /** Ends waits whose deadline has passed. */
  void expire(long nowNs) {
    requests.forEach(request -> request.expire(nowNs));
    again.forEach(request -> request.expire(nowNs));
    if (crowd.size() > 0) {
      crowd.all().forEach(request -> request.expire(nowNs));
      waiting.addAndGet(-crowd.removeEnded());
    }
  }

  /** Nobody waits any more for what expired before there was a leader. Loop thread. */
  void dropAnswered(long nowNs) {
    again.removeIf(Request::answered);
    for (Iterator<Request> all = requests.iterator(); all.hasNext(); ) {
      if (all.next().answered()) {
        all.remove();
        waiting.decrementAndGet();
      }
    }
    if (waiting.get() > CROWD) {
      sort(nowNs); // so that it is known whose they are
      refuse();
    }
  }

  /** How long what is sorted in the crowd takes at the pace that is measured. */
  long delayNs() {
    return crowd.delayNs();
  }

  IntakeFigures figures() {
    return new IntakeFigures(
        full.sum(),
        hopeless.sum(),
        shed.sum(),
        expired.sum(),
        crowd.delayNs() / 1000,
        crowd.overloaded());
  }
}
