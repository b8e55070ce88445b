package dev.perdure.runtime.fair;

import java.util.ArrayDeque;

/** One piece of work in its places: by arrival, by deadline, behind others of its key. */
final class Entry<W extends Work> {

  final W work;
  final long arrivedNs;
  final long number;
  final ArrayDeque<Entry<W>> line;

  /** Out of the queue, though perhaps still in one of its orders. */
  boolean gone;

  /**
   * A new one.
   *
   * @param number higher than that of all that came before
   * @param line of its key, in which it is not yet
   */
  Entry(W work, long arrivedNs, long number, ArrayDeque<Entry<W>> line) {
    this.work = work;
    this.arrivedNs = arrivedNs;
    this.number = number;
    this.line = line;
  }

  /** By deadline, then by arrival. */
  static int compare(Entry<?> one, Entry<?> other) {
    long nearer = one.work.deadlineNs() - other.work.deadlineNs();
    return nearer == 0 ? Long.compare(one.number, other.number) : nearer < 0 ? -1 : 1;
  }
}
