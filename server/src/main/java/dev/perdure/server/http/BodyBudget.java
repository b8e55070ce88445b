package dev.perdure.server.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that request bodies of a listener may take together. Thread-safe. */
final class BodyBudget {

  /** So small that counting costs more than it protects: connections are bounded, too. */
  private static final long SMALL_BYTES = 4 << 10;

  private final long max;
  private final AtomicLong used = new AtomicLong();

  BodyBudget(long max) {
    this.max = max;
  }

  /** Takes room; false if there is none. */
  boolean reserve(long bytes) {
    if (bytes <= SMALL_BYTES) {
      return true;
    }
    if (used.addAndGet(bytes) <= max) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  /** What is taken now. */
  long used() {
    return used.get();
  }

  /** Gives back what was taken. */
  void release(long bytes) {
    if (bytes > SMALL_BYTES) {
      used.addAndGet(-bytes);
    }
  }
}
