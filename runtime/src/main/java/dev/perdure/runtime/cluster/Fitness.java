package dev.perdure.runtime.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes should not lead because of their disk: it takes no writes, or it is much slower than
 * another's. Who was unfit stays so for a minute, so that leadership does not go to and fro. One
 * thread looks, any asks.
 */
final class Fitness {

  /** A disk is slow only beyond this, however much faster others are. */
  private static final long SLOW_NS = 100_000_000L;

  private static final int TIMES = 5;
  private static final long UNFIT_NS = 60_000_000_000L;
  private static final long MS = 1_000_000;

  private final Map<String, Long> unfitAtNs = new HashMap<>();
  private final Map<String, String> reasons = new HashMap<>();
  private final Set<String> readOnly = new HashSet<>();
  private final Set<String> refusing = new HashSet<>();

  /** Takes note of what nodes said of their disks. */
  synchronized void look(Map<String, Disk> disks, long nowNs) {
    reasons.clear();
    readOnly.clear();
    refusing.clear();
    unfitAtNs.values().removeIf(atNs -> nowNs - atNs >= UNFIT_NS);
    disks.forEach(
        (node, disk) -> {
          String why = disk.refuses().isEmpty() ? slow(node, disks) : disk.refuses();
          if (!why.isEmpty()) {
            reasons.put(node, why);
            unfitAtNs.put(node, nowNs);
          }
          if (!disk.refuses().isEmpty()) {
            refusing.add(node);
          }
          if (!disk.writes()) {
            readOnly.add(node);
          }
        });
  }

  private static String slow(String node, Map<String, Disk> disks) {
    long own = disks.getOrDefault(node, Disk.UNKNOWN).forceNs();
    long best = Long.MAX_VALUE;
    String bestNode = "";
    for (Map.Entry<String, Disk> other : disks.entrySet()) {
      long ns = other.getValue().forceNs();
      if (!other.getKey().equals(node) && ns > 0 && ns < best) {
        best = ns;
        bestNode = other.getKey();
      }
    }
    return own > SLOW_NS && own / TIMES > best
        ? "forcing a log takes "
            + own / MS
            + " ms on its disk and "
            + best / MS
            + " ms on that of node "
            + bestNode
        : "";
  }

  /** Why a node should not lead now, with figures; null if it may. */
  synchronized @Nullable String unfit(String node) {
    return reasons.get(node);
  }

  /** True if a node's disk takes writes now, however it was and however slow it is. */
  synchronized boolean writes(String node) {
    return !readOnly.contains(node);
  }

  /**
   * True if a node can be handed a shard.
   *
   * @param held the shard is led by nobody: whoever was elected does not begin to lead, and would
   *     get it back from one that does not either
   */
  synchronized boolean takes(String node, boolean held) {
    return !readOnly.contains(node) && !(held && refusing.contains(node));
  }

  /** True if a node's disk has been fit for a minute. */
  synchronized boolean steady(String node) {
    return !unfitAtNs.containsKey(node);
  }
}
