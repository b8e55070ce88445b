package dev.perdure.guard.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last good value of each key, with its version and when it came. The unused go first. */
public final class StaleCache {
  private static final int PARTS = 16;

  /**
   * Whose value, under which name.
   *
   * @param tenant null for calls without one
   */
  public record Key(@Nullable String tenant, String name) {}

  /**
   * A value.
   *
   * @param version of the caller's; greater is newer; 0 when it has none
   * @param atNs when the call that gave it began
   */
  public record Entry(@Nullable Object value, long version, long atNs) {}

  private static final class Part extends LinkedHashMap<Key, StaleCache.Entry> {
    private static final long serialVersionUID = 1;
    private int max;

    Part(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, StaleCache.Entry> eldest) {
      return size() > max;
    }
  }

  private final Part[] parts = new Part[PARTS];

  /** Empty. */
  public StaleCache(int entriesMax) {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part(Math.ceilDiv(entriesMax, PARTS));
    }
  }

  private Part part(Key key) {
    int hash = key.hashCode();
    return parts[(hash ^ (hash >>> 16)) & (PARTS - 1)];
  }

  /** The value of a key if it is at most so old and at least of this version. */
  public @Nullable Entry get(Key key, long versionMin, long notBeforeNs) {
    Part part = part(key);
    synchronized (part) {
      Entry entry = part.get(key);
      return entry != null && entry.version() >= versionMin && entry.atNs() - notBeforeNs >= 0
          ? entry
          : null;
    }
  }

  /** Keeps a value, unless a newer one is there: by version, then by when it was asked for. */
  public void put(Key key, Entry entry) {
    Part part = part(key);
    synchronized (part) {
      Entry old = part.get(key);
      if (old == null
          || entry.version() > old.version()
          || (entry.version() == old.version() && entry.atNs() - old.atNs() >= 0)) {
        part.put(key, entry);
      }
    }
  }

  /** Forgets a value that is older than this version. */
  public void forget(Key key, long version) {
    Part part = part(key);
    synchronized (part) {
      Entry entry = part.get(key);
      if (entry != null && entry.version() < version) {
        part.remove(key);
      }
    }
  }

  /** Another bound; what is too much goes with the next values. */
  public void resize(int entriesMax) {
    for (Part part : parts) {
      synchronized (part) {
        part.max = Math.ceilDiv(entriesMax, PARTS);
        var unused = part.keySet().iterator();
        while (part.size() > part.max && unused.hasNext()) {
          unused.next();
          unused.remove();
        }
      }
    }
  }

  /** How many values are kept. */
  public int size() {
    int size = 0;
    for (Part part : parts) {
      synchronized (part) {
        size += part.size();
      }
    }
    return size;
  }
}
