package dev.perdure.server.admission;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each shard has under way, and its part of the node's room: one that is slow, or answers
 * nobody, must leave some for the others. What is in no single shard counts as one more. With one
 * alone nothing is divided. Thread-safe.
 */
final class Shards {

  private static final int SHARE_PERCENT = 25;

  /** What few shards share: more than all, because load is seldom even. */
  private static final int SHARES_PERCENT = 150;

  /** Half of what each would have if all had the same. */
  private static final int KEPT_PERCENT = 50;

  private final Map<Integer, Place> places = new ConcurrentHashMap<>();
  private final Lately lately = new Lately();

  /** A shard. */
  static final class Place {
    private final String name;
    private final UnderWay brief = new UnderWay();
    private final Lately.Mark mark = new Lately.Mark();

    private Place(int shard) {
      this.name = shard == Ask.NO_SHARD ? "none" : String.valueOf(shard);
    }

    String name() {
      return name;
    }

    UnderWay brief() {
      return brief;
    }
  }

  /** The place of a shard. There are as many as shards. */
  Place of(int shard) {
    Place known = places.get(shard);
    return known != null ? known : places.computeIfAbsent(shard, Place::new);
  }

  /** It is asked. */
  void asked(Place place, long nowNs) {
    lately.asks(place.mark, nowNs);
  }

  /**
   * How many requests of a priority one shard may have under way when half of the node's limit is
   * taken.
   *
   * @param room what the whole node has for them
   */
  int share(int room) {
    int asked = lately.count();
    return asked == 1
        ? Integer.MAX_VALUE
        : Math.max(1, room * Math.max(SHARE_PERCENT, SHARES_PERCENT / asked) / 100);
  }

  /**
   * True if one of a shard is let in although the room is taken: then those of another one hold it
   * longer than they should. All together they are at most half of the room, or one for each.
   *
   * @param inShard how many of it are under way, this one among them
   */
  boolean keeps(int inShard, int room) {
    int asked = lately.count();
    return asked > 1 && inShard <= Math.max(1, room * KEPT_PERCENT / asked / 100);
  }

  /** How many are under way, by shard. */
  Map<String, Integer> underWay() {
    Map<String, Integer> all = new TreeMap<>();
    places.values().forEach(place -> all.put(place.name, place.brief.all()));
    return all;
  }
}
