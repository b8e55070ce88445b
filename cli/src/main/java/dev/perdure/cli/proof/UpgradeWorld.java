package dev.perdure.cli.proof;

import dev.perdure.api.Compensation;
import dev.perdure.api.StepCall;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the transfers of {@link UpgradeProof} need outside. Until it opens, each transfer finds one
 * thing out of order, which holds it there; it counts what it did. Thread-safe.
 */
final class UpgradeWorld {

  static final String FRAUD = "fraud-check";
  static final String LIMIT = "reserve-limit";
  static final String RATE = "rate";
  static final String SANCTIONS = "sanctions-check";
  static final String NOTIFY = "notify";

  /** Where transfers are held, in turn. */
  static final List<String> PLACES = List.of(FRAUD, LIMIT, RATE, NOTIFY);

  private static final long FRAUD_EVERY = 17;
  private static final long SANCTIONED_EVERY = 13;

  private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();
  private final Set<String> reserved = ConcurrentHashMap.newKeySet();
  private final Set<String> released = ConcurrentHashMap.newKeySet();
  private volatile boolean open;

  /**
   * A transfer.
   *
   * @param held where it is held until the world opens
   */
  record Order(String from, String to, long amount, String held) {}

  /** What somebody said of it. */
  record Verdict(boolean approved) {}

  static boolean fraud(long amount) {
    return amount % FRAUD_EVERY == 0;
  }

  static boolean sanctioned(long amount) {
    return amount % SANCTIONED_EVERY == 0;
  }

  void open() {
    open = true;
  }

  /** Does one thing for a transfer. */
  Verdict ask(String kind, Order order, StepCall call) {
    if (!open && order.held().equals(kind)) {
      throw new IllegalStateException(kind + " is out of order");
    }
    done.computeIfAbsent(call.operationId(), one -> new AtomicInteger()).incrementAndGet();
    if (kind.equals(LIMIT)) {
      reserved.add(call.operationId());
    }
    return new Verdict(
        !(kind.equals(FRAUD) && fraud(order.amount()))
            && !(kind.equals(SANCTIONS) && sanctioned(order.amount())));
  }

  void release(Compensation.Undoing undoing) {
    released.add(undoing.stepOperationId());
  }

  /** Operation ids that something was done for more than once. */
  Collection<String> twice() {
    return done.entrySet().stream()
        .filter(one -> one.getValue().get() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many things of each kind were done, by the name of the step. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    done.keySet().forEach(id -> counts.merge(id.substring(id.lastIndexOf(':') + 1), 1L, Long::sum));
    return counts;
  }

  /** True if a limit was reserved for a transfer, and not released. */
  boolean holdsLimit(String transfer) {
    String id = "saga:transfer/" + transfer + ":" + LIMIT;
    return reserved.contains(id) && !released.contains(id);
  }

  int released() {
    return released.size();
  }
}
