package dev.perdure.runtime.view;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.ViewFigures;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.stream.ShardStream;
import dev.perdure.runtime.type.ViewModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one view, in all shards that this node holds: one thread, so that a view whose code is slow
 * or hangs holds up no other.
 */
final class ViewKeeper implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(ViewKeeper.class);
  private static final long LOOK_NS = 10_000_000L;
  private static final long TROUBLE_NS = 1_000_000_000L;

  private final Parts parts;
  private final ViewModel model;
  private final Map<Integer, InShard> shards = new ConcurrentSkipListMap<>();
  private volatile boolean closed;
  private volatile boolean renew;
  private volatile String trouble = "";
  private volatile @Nullable Thread thread;

  /**
   * What keepers are put together from.
   *
   * @param shards gives a shard's replica; null if this node has none
   * @param numbers of all shards there are
   */
  record Parts(
      ViewStore store,
      IntFunction<@Nullable Shard> shards,
      Supplier<List<Integer>> numbers,
      Clock clock) {}

  /**
   * The builds of a shard.
   *
   * @param now made by today's code
   * @param before what answers until all of the others are made; null if there is none
   */
  record InShard(Build now, @Nullable Build before) {}

  /**
   * A keeper.
   *
   * @param stored the builds of the view that are stored
   */
  ViewKeeper(Parts parts, ViewModel model, Map<ViewStore.Place, BuildMeta> stored) {
    this.parts = parts;
    this.model = model;
    Map<Integer, List<Build>> builds = new TreeMap<>();
    stored.forEach(
        (place, meta) ->
            builds
                .computeIfAbsent(place.shard(), shard -> new ArrayList<>())
                .add(new Build(parts.store, place, meta)));
    builds.forEach(this::begin);
  }

  /** Of several the last one of today's code goes on, and the last one that answers, answers. */
  private void begin(int shard, List<Build> builds) {
    Build now = null;
    Build before = null;
    builds.sort((one, other) -> Integer.compare(one.place().build(), other.place().build()));
    for (Build one : builds) {
      boolean todays = one.meta().code() == model.fingerprint();
      now = todays ? one : now;
    }
    for (Build one : builds) {
      if (one != now && one.meta().live() && one.meta().shape() == model.shape()) {
        before = one;
      }
    }
    for (Build one : builds) {
      if (one != now && one != before) {
        one.drop();
      }
    }
    Build going = now == null ? Build.fresh(parts.store, shard, model) : now;
    shards.put(shard, new InShard(going, before));
  }

  ViewModel model() {
    return model;
  }

  /** By shard; of some there may be none yet. */
  Map<Integer, InShard> shards() {
    return shards;
  }

  /** Somebody waits for it. */
  void poke() {
    LockSupport.unpark(thread);
  }

  /** Makes all rows anew; those there are answer until then. */
  void renew() {
    renew = true;
    poke();
  }

  void close() {
    closed = true;
    poke();
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    while (!closed) {
      boolean more = false;
      try {
        if (renew) {
          renew = false;
          shards.replaceAll((shard, one) -> renewed(shard, one));
        }
        for (int number : parts.numbers.get()) {
          more |= !closed && stepIn(number);
        }
        if (allMade()) {
          shards.replaceAll((shard, one) -> settled(one));
        }
        trouble = "";
      } catch (RuntimeException e) {
        trouble(e);
      }
      if (!closed && (!more || !trouble.isEmpty())) {
        LockSupport.parkNanos(this, trouble.isEmpty() ? LOOK_NS : TROUBLE_NS);
      }
    }
  }

  private void trouble(RuntimeException e) {
    String now = String.valueOf(e.getMessage());
    if (!now.equals(trouble)) {
      LOG.warn("view {} does not get on", model.name(), e);
    }
    trouble = now;
  }

  private InShard renewed(int shard, InShard one) {
    if (!one.now.meta().live()) {
      return one; // it is being made anew already
    }
    if (one.before != null) {
      one.before.drop();
    }
    return new InShard(Build.fresh(parts.store, shard, model), one.now);
  }

  private InShard settled(InShard one) {
    if (one.before == null) {
      return one;
    }
    LOG.info("view {} was made anew in shard {}", model.name(), one.now.place().shard());
    InShard alone = new InShard(one.now, null);
    one.before.drop();
    return alone;
  }

  /** True if today's code has made all rows, and what answered until now is not needed any more. */
  private boolean allMade() {
    List<Integer> numbers = parts.numbers.get();
    for (int number : numbers) {
      InShard one = shards.get(number);
      if (parts.shards.apply(number) != null && (one == null || !one.now.meta().live())) {
        return false;
      }
    }
    return shards.values().stream().anyMatch(one -> one.before != null);
  }

  /** Goes on in one shard; true if there is more. */
  private boolean stepIn(int number) {
    Shard shard = parts.shards.apply(number);
    if (shard == null) {
      return false;
    }
    ShardState state = shard.parts().state();
    ShardStream stream = new ShardStream(state);
    InShard here =
        shards.computeIfAbsent(
            number, one -> new InShard(Build.fresh(parts.store, one, model), null));
    if (!here.now.damage().isEmpty() || !here.now.fits(state, stream::stampAt)) {
      here = anew(number, here);
    }
    boolean more = step(here.now, state);
    if (!more && !here.now.meta().live() && settled(shard)) {
      here.now.alive();
    }
    Build before = here.before;
    if (before != null && before.meta().code() == model.fingerprint()) {
      more |= before.fits(state, stream::stampAt) && step(before, state);
    }
    return more;
  }

  private boolean step(Build build, ShardState state) {
    try {
      return build.step(state, model);
    } catch (CorruptionException e) {
      LOG.warn("view {} cannot be read: {}", model.name(), e.getMessage());
      build.damaged(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private static boolean settled(Shard shard) {
    return shard.health().state() != NodeHealth.State.RECOVERING;
  }

  private InShard anew(int shard, InShard old) {
    if (!old.now.damage().isEmpty()) {
      parts.store.condemn(old.now.damage());
    }
    LOG.warn("view {} is made anew in shard {}: it does not fit it", model.name(), shard);
    old.now.drop();
    InShard fresh = new InShard(Build.fresh(parts.store, shard, model), old.before);
    shards.put(shard, fresh);
    return fresh;
  }

  /** Figures of all shards that this node holds. */
  List<ViewFigures> figures() {
    List<ViewFigures> all = new ArrayList<>();
    for (int number : parts.numbers.get()) {
      InShard one = shards.get(number);
      Shard shard = parts.shards.apply(number);
      if (one != null && shard != null) {
        all.add(figures(one.now, shard));
      }
    }
    return all;
  }

  private ViewFigures figures(Build build, Shard shard) {
    BuildMeta meta = build.meta();
    ShardStream stream = new ShardStream(shard.parts().state());
    long end = stream.end();
    long behind = end <= meta.next() ? 0 : stream.stampBehind(meta.next() - 1);
    return new ViewFigures(
        new ViewFigures.Of(model.name(), shard.number()),
        Long.toHexString(meta.code()),
        !meta.live(),
        meta.next(),
        end,
        behind == 0 ? 0 : Math.max(0, parts.clock.wallMicros() - behind),
        meta.rows(),
        meta.failed(),
        trouble);
  }
}
