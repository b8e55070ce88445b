package dev.perdure.runtime.shard;

import dev.perdure.runtime.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Requests on their way into the loop: new ones, bounded, and those that the loop gave back, which
 * come first. Any thread offers and expires, the loop takes.
 */
final class Intake {

  private final int lengthMax;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Request> again = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  Intake(int lengthMax) {
    this.lengthMax = lengthMax;
  }

  /** Takes a request; false if too many are waiting. */
  boolean offer(Request request) {
    // Callers wait for a move to end; it is one request at a time.
    if (waiting.get() >= lengthMax && !(request instanceof MoveRequest)) {
      return false;
    }
    waiting.incrementAndGet();
    requests.add(request);
    return true;
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

  @Nullable Request next() {
    Request request = again.poll();
    if (request == null) {
      request = requests.poll();
      if (request != null) {
        waiting.decrementAndGet();
      }
    }
    return request;
  }

  /** Answers all that waits. Loop thread, or any when the loop has stopped. */
  void refuseAll(Outcome refusal) {
    for (Request request = next(); request != null; request = next()) {
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
    return requests.isEmpty() && again.isEmpty();
  }

  /** Ends waits whose deadline has passed. */
  void expire(long nowNs) {
    requests.forEach(request -> request.expire(nowNs));
    again.forEach(request -> request.expire(nowNs));
  }

  /** Nobody waits any more for what expired before there was a leader. Loop thread. */
  void dropAnswered() {
    again.removeIf(Request::answered);
    for (Iterator<Request> all = requests.iterator(); all.hasNext(); ) {
      if (all.next().answered()) {
        all.remove();
        waiting.decrementAndGet();
      }
    }
  }
}
