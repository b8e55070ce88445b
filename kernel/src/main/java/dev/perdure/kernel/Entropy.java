package dev.perdure.kernel;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.UUID;

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

  /** Randomness of this process, seeded from the operating system, one stream per caller. */
  static Entropy system() {
    return new SplittableRandom(new SecureRandom().nextLong())::nextLong;
  }

  /** A repeatable stream. */
  static Entropy seeded(long seed) {
    return new SplittableRandom(seed)::nextLong;
  }
}
