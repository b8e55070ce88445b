package dev.perdure.server.admission;

import dev.perdure.guard.policy.Priority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each shard has under way, and may have: a limit of its own, which follows its own delays.
 * Thread-safe.
 */
final class Shards {

  private static final int SHARE_PERCENT = 25;

  /** What few shards share: more than all, because load is seldom even. */
  private static final int SHARES_PERCENT = 150;

  /** Half of what each would have if all had the same. */
  private static final int KEPT_PERCENT = 50;

  private final Gate.Settings settings;
  private final Map<Integer, Place> places = new ConcurrentHashMap<>();
  private final Lately lately = new Lately();

  /** As a gate is set. */
  Shards(Gate.Settings settings) {
    this.settings = settings;
  }

  /** A shard. */
  static final class Place {
    private final int shard;
    private final DelayLimit limit;
    private final UnderWay brief = new UnderWay();
    private final Lately.Mark mark = new Lately.Mark();

    private Place(int shard, DelayLimit limit) {
      this.shard = shard;
      this.limit = limit;
    }

    UnderWay brief() {
      return brief;
    }

    void learn(long tookNs, long nowNs) {
      limit.learn(tookNs, brief.all(), nowNs, shard);
    }
  }

  /** The place of a shard; null if it is not known which. There are as many as shards. */
  @Nullable Place of(int shard, long nowNs) {
    if (shard == Ask.NO_SHARD) {
      return null;
    }
    Place known = places.get(shard);
    return known != null ? known : places.computeIfAbsent(shard, any -> made(shard, nowNs));
  }

  private Place made(int shard, long nowNs) {
    long targetNs = settings.target().toNanos();
    return new Place(
        shard, new DelayLimit(targetNs, settings.limitMin(), settings.limitMax(), nowNs));
  }

  /**
   * How many requests of a priority one shard may have under way while others are asked, too.
   *
   * @param room what the whole node has for them
   * @param crowded whether half of the node's limit is taken
   */
  int room(@Nullable Place place, Priority priority, int room, boolean crowded) {
    int asked = lately.count();
    if (place == null || asked == 1) {
      return Integer.MAX_VALUE;
    }
    int most = priority == Priority.CRITICAL ? place.limit.most() : place.limit.limit();
    int own = (most * priority.percent() + 99) / 100;
    int share = room * Math.max(SHARE_PERCENT, SHARES_PERCENT / asked) / 100;
    return Math.max(1, crowded ? Math.min(own, share) : own);
  }

  /**
   * True if one of a shard is let in although the room is taken: then those of another one hold it
   * longer than they should.
   *
   * @param inShard how many of it are under way, this one among them
   */
  boolean keeps(@Nullable Place place, int inShard, int room) {
    int asked = lately.count();
    return place != null && asked > 1 && inShard * asked * 100L <= (long) room * KEPT_PERCENT;
  }

  /** A shard is asked. */
  void asked(@Nullable Place place, long nowNs) {
    if (place != null) {
      lately.asks(place.mark, nowNs);
    }
  }
}
