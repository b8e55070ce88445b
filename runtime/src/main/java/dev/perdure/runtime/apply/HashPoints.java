package dev.perdure.runtime.apply;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The hashes of a shard's facts at round indexes of its log, the newest ones: so that two replicas
 * that are never at the same index can be compared while they run. Thread-safe.
 */
final class HashPoints {

  private static final int EVERY = 64;
  private static final int KEPT = 32;

  private final Deque<ShardState.StateHash> points = new ArrayDeque<>();

  /** An entry was handed over; the facts after it have this hash. */
  void passed(long index, long hash) {
    if (index % EVERY == 0) {
      synchronized (points) {
        points.addLast(new ShardState.StateHash(index, hash));
        if (points.size() > KEPT) {
          points.removeFirst();
        }
      }
    }
  }

  /** Oldest first. */
  List<ShardState.StateHash> all() {
    synchronized (points) {
      return List.copyOf(points);
    }
  }
}
