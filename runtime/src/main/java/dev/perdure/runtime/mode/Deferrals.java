package dev.perdure.runtime.mode;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a capability is to do later, as far as this node has heard of it within the last minutes:
 * each one that waits is driven again and again, and tells of itself. Thread-safe.
 */
final class Deferrals {

  private static final long FORGOTTEN_NS = 600_000_000_000L;

  private final Map<String, Long> heard = new ConcurrentHashMap<>();

  /** False if there is no room for one more. */
  boolean add(String id, int max, long nowNs) {
    if (heard.size() >= max && !heard.containsKey(id)) {
      return false;
    }
    heard.put(id, nowNs);
    return true;
  }

  void heard(String id, long nowNs) {
    heard.put(id, nowNs);
  }

  void ended(String id) {
    heard.remove(id);
  }

  int waiting() {
    return heard.size();
  }

  void sweep(long nowNs) {
    heard.values().removeIf(at -> nowNs - at > FORGOTTEN_NS);
  }
}
