package dev.perdure.runtime;

import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Something outside that fails, hangs, and is told of one thing several times; and knows by ids.
 */
final class FlakyBank implements Transfers.Bank {

  /** By operation id: what was said. */
  final Map<String, String> checks = new ConcurrentHashMap<>();

  final Set<String> unchecked = ConcurrentHashMap.newKeySet();
  final Map<String, Long> notified = new ConcurrentHashMap<>();
  private final SplittableRandom random;
  private final int flakyPercent;

  FlakyBank() {
    this(0, 0);
  }

  /** Of every hundred calls so many go wrong. */
  FlakyBank(int flakyPercent, long seed) {
    this.flakyPercent = flakyPercent;
    this.random = new SplittableRandom(seed);
  }

  private synchronized int drawn(int bound) {
    return random.nextInt(bound);
  }

  private void fate(Runnable effect) throws Exception {
    if (drawn(100) >= flakyPercent) {
      effect.run();
      return;
    }
    switch (drawn(3)) {
      case 0 -> throw new IllegalStateException("refused the connection");
      case 1 -> {
        effect.run();
        throw new IllegalStateException("the answer was lost");
      }
      default -> {
        effect.run();
        assertNever(new CountDownLatch(1).await(1, TimeUnit.HOURS));
      }
    }
  }

  private static void assertNever(boolean ended) {
    if (ended) {
      throw new IllegalStateException("nobody counts down");
    }
  }

  @Override
  public String check(String operationId, Transfers.Input input) throws Exception {
    String answer = input.amount() == 13 ? "no" : "yes";
    fate(() -> checks.put(operationId, answer));
    return answer;
  }

  @Override
  public void uncheck(String operationId) throws Exception {
    fate(() -> unchecked.add(operationId));
  }

  @Override
  public void notify(String operationId, Transfers.Input input) throws Exception {
    fate(() -> notified.put(operationId, input.amount()));
  }
}
