package dev.perdure.kernel;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Source of randomness. The machine's is thread-safe; a seeded one belongs to one thread. */
@FunctionalInterface
public interface Entropy {

  /** Sixty-four random bits. */
  long nextLong();

  /** A random (version 4) identifier. */
  default UUID uuid() {
    long high = (nextLong() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
    long low = (nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /**
   * Randomness of this process: SplitMix64 over a shared counter that starts where the operating
   * system says. Thread-safe. Not for secrets.
   */
  static Entropy system() {
    AtomicLong state = new AtomicLong(new SecureRandom().nextLong());
    return () -> {
      long mixed = state.getAndAdd(0x9E3779B97F4A7C15L);
      mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      return mixed ^ (mixed >>> 31);
    };
  }

  /** A repeatable stream. */
  static Entropy seeded(long seed) {
    return new SplittableRandom(seed)::nextLong;
  }
}
