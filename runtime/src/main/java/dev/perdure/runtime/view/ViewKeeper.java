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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final long REST_MAX_NS = 1_000_000_000L;
  private static final long TROUBLE_NS = 1_000_000_000L;
  private static final long NEAR_MICROS = 2_000_000L;
  private static final long FAR_MICROS = 10_000_000L;
  private static final int NO_SHARD = -1;

  private final Parts parts;
  private final ViewModel model;
  private final Map<Integer, InShard> shards = new ConcurrentSkipListMap<>();
  private volatile boolean closed;
  private volatile boolean renew;

  /** How old the oldest is that its last turn left behind; of its own thread. */
  private long behindMicros;

  private final Map<Integer, Trouble> troubles = new ConcurrentHashMap<>();
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

  /** Forgets shards of which this node has no replica any more. */
  void retain(Collection<Integer> kept) {
    shards
        .entrySet()
        .removeIf(
            one -> {
              boolean left = !kept.contains(one.getKey());
              if (left) {
                InShard builds = one.getValue();
                builds.now.drop();
                if (builds.before != null) {
                  builds.before.drop();
                }
              }
              return left;
            });
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
      long fromNs = parts.clock.monotonicNs();
      boolean more = turn();
      long restNs = restNs(doing(more), parts.clock.monotonicNs() - fromNs, behindMicros);
      if (!closed && restNs > 0) {
        LockSupport.parkNanos(this, restNs);
      }
    }
  }

  /** What it does in its turns. */
  enum Doing {
    /** It makes rows, and nothing answers meanwhile. */
    MAKING,
    /** It makes rows anew; those there are answer. */
    REMAKING,
    FOLLOWING
  }

  private Doing doing(boolean more) {
    if (!more || shards.values().stream().allMatch(one -> one.now.meta().live())) {
      return Doing.FOLLOWING;
    }
    boolean answered =
        shards.values().stream().allMatch(one -> one.now.meta().live() || one.before != null);
    return answered ? Doing.REMAKING : Doing.MAKING;
  }

  /**
   * How long it rests. Writes go before rows: who follows closely takes a tenth of a processor, and
   * makes one row of all that an entity went through meanwhile. Who falls behind takes a fifth, and
   * at last half of one, as does who makes rows anew that are there already. Nobody rests while
   * somebody waits.
   *
   * @param behindMicros how old the oldest is that is left to do
   */
  static long restNs(Doing doing, long workedNs, long behindMicros) {
    long factor =
        switch (doing) {
          case MAKING -> 0;
          case REMAKING -> 1;
          case FOLLOWING -> behindMicros < NEAR_MICROS ? 9 : behindMicros < FAR_MICROS ? 4 : 1;
        };
    return factor == 0 ? 0 : Math.clamp(workedNs * factor, LOOK_NS, REST_MAX_NS);
  }

  /** Goes on a little in every shard; one that is in trouble holds up no other. */
  private boolean turn() {
    boolean more = false;
    behindMicros = 0;
    try {
      if (renew) {
        renew = false;
        shards.replaceAll(this::renewed);
      }
      for (int number : parts.numbers.get()) {
        more |= !closed && triedIn(number);
      }
      if (allMade()) {
        shards.replaceAll((shard, one) -> settled(one));
      }
    } catch (RuntimeException | Error e) {
      trouble(NO_SHARD, e);
    }
    return more;
  }

  private boolean triedIn(int number) {
    Trouble before = troubles.get(number);
    if (before != null && parts.clock.monotonicNs() - before.atNs < TROUBLE_NS) {
      return false;
    }
    try {
      boolean more = stepIn(number);
      if (before != null) {
        troubles.remove(number);
      }
      return more;
    } catch (RuntimeException | Error e) {
      trouble(number, e);
      return false;
    }
  }

  private void trouble(int shard, Throwable e) {
    if (closed) {
      return;
    }
    Trouble now =
        new Trouble(
            e.getClass().getSimpleName() + ": " + e.getMessage(), parts.clock.monotonicNs());
    Trouble before = troubles.put(shard, now);
    if (before == null || !before.what.equals(now.what)) {
      LOG.warn("view {} does not get on in shard {}", model.name(), shard, e);
    }
  }

  /** Why it does not get on in a shard, and when it was tried last. */
  private record Trouble(String what, long atNs) {}

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
    boolean more = goesOn(here.now, shard) && step(here.now, state);
    if (!more && !here.now.meta().live() && settled(shard)) {
      here.now.alive();
    }
    if (more && here.now.meta().live()) {
      behindMicros = Math.max(behindMicros, figures(here.now, shard).lagMicros());
    }
    Build before = here.before;
    if (before != null && before.meta().code() == model.fingerprint()) {
      more |= followed(number, here.now, before, stream);
    }
    return more;
  }

  /** One of today's code that answers while it is made anew goes on, too. */
  private boolean followed(int number, Build now, Build before, ShardStream stream) {
    ShardState state =
        Objects.requireNonNull(parts.shards.apply(number), "the replica left").parts().state();
    if (!before.damage().isEmpty() || !before.fits(state, stream::stampAt)) {
      shards.put(number, new InShard(now, null));
      before.drop();
      return false;
    }
    return step(before, state);
  }

  /** Rows are not made anew while the disk is full. */
  private static boolean goesOn(Build build, Shard shard) {
    return build.meta().live() || shard.health().state() != NodeHealth.State.READ_ONLY;
  }

  private boolean step(Build build, ShardState state) {
    try {
      return build.step(state, model);
    } catch (CorruptionException e) {
      LOG.warn("view {} cannot be read: {}", model.name(), e.getMessage());
      throw build.damaged(e);
    }
  }

  private static boolean settled(Shard shard) {
    NodeHealth.State state = shard.health().state();
    return state != NodeHealth.State.RECOVERING && state != NodeHealth.State.READ_ONLY;
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
    Trouble trouble = troubles.get(shard.number());
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
        trouble == null ? "" : trouble.what);
  }
}
