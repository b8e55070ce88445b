package dev.perdure.runtime.mode;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last good answers of a dependency, the oldest used go first. Thread-safe. */
final class Answers {

  private static final int ENTRIES_MAX = 10_000;
  private static final int BYTES_MAX = 4_096;

  private final Map<Key, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  private record Key(String tenant, String arguments) {}

  /**
   * An answer.
   *
   * @param atNs when it came
   */
  record Kept(String value, long atNs) {}

  synchronized void keep(Asked asked, @Nullable String value, long nowNs) {
    if (value != null && value.length() + asked.arguments().length() <= BYTES_MAX) {
      kept.put(new Key(asked.tenant(), asked.arguments()), new Kept(value, nowNs));
    }
  }

  synchronized @Nullable Kept of(Asked asked) {
    return kept.get(new Key(asked.tenant(), asked.arguments()));
  }
}
