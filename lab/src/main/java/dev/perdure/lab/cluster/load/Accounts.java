package dev.perdure.lab.cluster.load;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A few accounts that all clients work on. An account is replaced by a new one before its history
 * is longer than a checker decides. Thread-safe.
 */
final class Accounts {

  /** Leaves room for what is under way when an account is replaced, and for reads at the end. */
  static final int OPERATIONS_MAX = 1_500;

  private final AtomicLongArray used;

  Accounts(int count) {
    used = new AtomicLongArray(count);
  }

  /** One of them; counts as used once. */
  String pick(SplittableRandom random) {
    return name(random.nextInt(used.length()));
  }

  /** Two different ones. */
  String[] pickTwo(SplittableRandom random) {
    int from = random.nextInt(used.length());
    int to = (from + 1 + random.nextInt(used.length() - 1)) % used.length();
    return new String[] {name(from), name(to)};
  }

  private String name(int slot) {
    long generation = used.getAndIncrement(slot) / OPERATIONS_MAX;
    return "acct-" + slot + "-" + generation;
  }
}
