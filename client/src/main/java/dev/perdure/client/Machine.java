package dev.perdure.client;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The machine's clock and randomness: the one place where the client reads them. */
final class Machine {

  private Machine() {}

  static long nowNs() {
    return System.nanoTime();
  }

  static String newOperationId() {
    return UUID.randomUUID().toString();
  }

  /** From 0 to 1, another one for each caller. */
  static double chance() {
    return ThreadLocalRandom.current().nextDouble();
  }

  static int chance(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
