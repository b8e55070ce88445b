package dev.perdure.server.admission;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names that come most often, in bounded memory: the space-saving algorithm (Metwally, Agrawal and
 * El Abbadi 2005). A name that comes in more than one of {@link #PLACES} cases is always among
 * them; how often it came is never told too low. Counts are halved now and then, so that what was
 * hot once is forgotten. Thread-safe.
 */
final class HotSpots {

  static final int PLACES = 128;
  private static final long HALVE_EVERY = 20_000;
  private static final int NAMED_MAX = 5;
  private static final double NAMED_SHARE_MIN = 0.05;

  private final Map<String, long[]> counts = new HashMap<>();
  private long total;

  /** A name and its share of all, at most too high by one of {@link #PLACES}. */
  record Spot(String name, double share) {}

  synchronized void add(String name) {
    long[] count = counts.get(name);
    if (count != null) {
      count[0]++;
    } else if (counts.size() < PLACES) {
      counts.put(name, new long[] {1});
    } else {
      String least = "";
      long leastCount = Long.MAX_VALUE;
      for (Map.Entry<String, long[]> one : counts.entrySet()) {
        if (one.getValue()[0] < leastCount) {
          leastCount = one.getValue()[0];
          least = one.getKey();
        }
      }
      counts.remove(least);
      counts.put(name, new long[] {leastCount + 1});
    }
    if (++total >= HALVE_EVERY) {
      total /= 2;
      counts.values().removeIf(one -> (one[0] /= 2) == 0);
    }
  }

  /** Those that make up a good part of all, the hottest first. */
  synchronized List<Spot> hottest() {
    List<Spot> all = new ArrayList<>();
    counts.forEach((name, count) -> all.add(new Spot(name, count[0] / (double) total)));
    all.removeIf(spot -> spot.share < NAMED_SHARE_MIN);
    all.sort(Comparator.comparingDouble(Spot::share).reversed().thenComparing(Spot::name));
    return List.copyOf(all.subList(0, Math.min(NAMED_MAX, all.size())));
  }
}
