package dev.perdure.cli.demo;

import dev.perdure.example.ledger.http.Delivery.Delivered;
import dev.perdure.kernel.Clock;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts final answers, times them, and notices the first one of a new process. Thread-safe. */
final class Replies {

  private static final long NONE = Long.MAX_VALUE;

  private final AtomicLong done = new AtomicLong();
  private final LongAdder recovered = new LongAdder();
  private final AtomicLongArray latenciesNs;
  private final AtomicLong timed = new AtomicLong();
  private final AtomicLong bornNs = new AtomicLong(NONE);
  private final AtomicLong firstNs = new AtomicLong(NONE);

  /** Keeps at most so many times. */
  Replies(int latenciesMax) {
    this.latenciesNs = new AtomicLongArray(latenciesMax);
  }

  /** Takes a final answer. */
  void accept(Delivered delivered) {
    long nowNs = Clock.system().monotonicNs();
    done.incrementAndGet();
    if (delivered.attempts() == 1) {
      long index = timed.getAndIncrement();
      if (index < latenciesNs.length()) {
        latenciesNs.set((int) index, nowNs - delivered.askedNs());
      }
    } else if (delivered.answer().replayed()) {
      recovered.increment();
    }
    // What was asked before the old process was gone may still be its answer.
    long born = bornNs.get();
    if (born != NONE && delivered.askedNs() - born > 0) {
      firstNs.compareAndSet(NONE, nowNs);
    }
  }

  /** The old process is gone: the next answer asked for after now is the new one's first. */
  void newProcess(long nowNs) {
    firstNs.set(NONE);
    bornNs.set(nowNs);
  }

  /** True once the new process has answered. */
  boolean answered() {
    return firstNs.get() != NONE;
  }

  /** When the new process answered first. */
  long firstAnswerNs() {
    return firstNs.get();
  }

  /** Final answers so far. */
  long done() {
    return done.get();
  }

  /** Answers that were lost with a connection and came from the record when asked for again. */
  long recovered() {
    return recovered.sum();
  }

  /** The time within which a share of the answers to first attempts came, in nanoseconds. */
  long percentileNs(double share) {
    int count = (int) Math.min(timed.get(), latenciesNs.length());
    if (count == 0) {
      return 0;
    }
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = latenciesNs.get(i);
    }
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1, Math.floor(count * share))];
  }
}
