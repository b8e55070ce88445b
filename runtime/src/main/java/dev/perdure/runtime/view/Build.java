package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import dev.perdure.runtime.type.ViewModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that one version of a view has of one shard. The view's thread takes it on; anybody
 * reads it.
 *
 * <p>A row is made of the entity's state as it is when its event is read, not as it was: what
 * changes often is folded once for many events, and one that was folded later than an event that is
 * read now is left as it is. So rows may be newer than the offset that the build says, never older.
 */
final class Build {

  private static final Logger LOG = LoggerFactory.getLogger(Build.class);
  private static final int DELETED_AT_ONCE = 500;

  private final ViewStore.Place place;
  private final ViewStore views;
  private final RocksStateStore store;
  private final ViewKeys keys;

  /** Held while rows and what is said of them change together. */
  private final Object lock = new Object();

  private volatile Stand stand;
  private volatile String damage = "";
  private boolean dropped;
  private @Nullable ShardState known;
  private boolean complained;

  /** How far it is, and what it has of slots. */
  record Stand(BuildMeta meta, Claims claims) {}

  /** One that is stored. */
  Build(ViewStore views, ViewStore.Place place, BuildMeta meta) {
    this.place = place;
    this.views = views;
    this.store = views.rows();
    this.keys = new ViewKeys(place.shard(), place.build());
    byte[] claims = store.get(keys.slots());
    this.stand = new Stand(meta, claims == null ? Claims.NONE : Claims.read(claims));
  }

  /** A new one, without any rows. */
  static Build fresh(ViewStore views, int shard, ViewModel model) {
    ViewStore.Place place = new ViewStore.Place(shard, views.nextBuild());
    BuildMeta meta = BuildMeta.fresh(model.name(), model.fingerprint(), model.shape());
    Build made = new Build(views, place, meta);
    made.write(new StoreBatch(), made.stand);
    return made;
  }

  ViewStore.Place place() {
    return place;
  }

  Stand stand() {
    return stand;
  }

  BuildMeta meta() {
    return stand.meta;
  }

  /** Why it can be read no more; empty if it can. */
  String damage() {
    return damage;
  }

  /** Notes that it cannot be read, and gives back why. */
  CorruptionException damaged(CorruptionException why) {
    damage = String.valueOf(why.getMessage());
    return why;
  }

  /** Deletes all of it. */
  void drop() {
    synchronized (lock) {
      dropped = true;
    }
    views.drop(place);
  }

  // ---- reading ----

  /**
   * Rows of an index as of one moment.
   *
   * @param rows to be closed
   */
  record Reading(Build of, Stand stand, StateStore.Scan rows) {}

  /** Reads an index between two keys behind its number; null if the build is there no more. */
  @Nullable Reading read(int index, byte[] from, byte[] to, boolean down) {
    byte[] first = keys.index(index, from);
    byte[] end = keys.index(index, to);
    synchronized (lock) {
      if (dropped) {
        return null;
      }
      try {
        return new Reading(this, stand, down ? store.scanDown(first, end) : store.scan(first, end));
      } catch (CorruptionException e) {
        throw damaged(e);
      }
    }
  }

  /** The version of an entity that its row was made of; -1 if it has none. */
  long versionOf(EntityAddress address) {
    try {
      byte[] row = store.get(keys.entity(prefix(address)));
      return row == null ? -1 : StoredRow.read(row).version();
    } catch (CorruptionException e) {
      throw damaged(e);
    }
  }

  /**
   * An entity without a row because the code fails for it.
   *
   * @param error what it says
   */
  record Failure(EntityAddress entity, String error) {}

  /** Some of those that failed. */
  List<Failure> failures(int limit) {
    List<Failure> all = new ArrayList<>();
    try (StateStore.Scan rows = store.scan(keys.failed(new byte[0]), keys.failedEnd())) {
      for (; rows.valid() && all.size() < limit; rows.next()) {
        all.add(
            new Failure(
                Keys.addressOf(ViewKeys.prefixOf(rows.key())),
                new String(rows.value(), StandardCharsets.UTF_8)));
      }
    }
    return all;
  }

  private static byte[] prefix(EntityAddress address) {
    return Keys.prefixOf(Keys.checkpoint(address));
  }

  // ---- following ----

  /**
   * False if the shard is not the one that it was made of: it was replaced by another that has
   * something else where this one got to.
   *
   * @param stampAt the stamp of what begins at an offset
   */
  boolean fits(ShardState state, LongUnaryOperator stampAt) {
    BuildMeta meta = meta();
    if (known != state && meta.seen() >= 0 && state.readable().nextOffset() > meta.seen()) {
      if (stampAt.applyAsLong(meta.seen()) != meta.stamp()) {
        return false;
      }
      known = state;
    }
    return true;
  }

  /** It has reached what there was when it was begun: from now on it may answer. */
  void alive() {
    write(new StoreBatch(), new Stand(meta().alive(), stand.claims));
  }

  /**
   * Goes on by a part of the stream; true if there was more. What comes from then on waits for the
   * next look: many small parts cost more than a few larger ones.
   */
  boolean step(ShardState state, ViewModel model) {
    ShardState.Extent extent = state.readable();
    BuildMeta before = meta();
    if (extent.nextOffset() <= before.next()) {
      return false;
    }
    Changes changes =
        Changes.read(state, model.entity().name(), before.next(), extent.nextOffset());
    Writing writing = new Writing(before);
    Folding folding = new Folding(state, model, extent.nextOffset());
    for (Map.Entry<EntityAddress, Long> one : changes.changed().entrySet()) {
      writing.take(folding, one.getKey(), one.getValue());
    }
    Claims claims = stand.claims;
    SlotChange change = changes.slots();
    if (change != null) {
      claims = claims.with(change);
      writing.batch.put(keys.slots(), claims.toBytes());
    }
    boolean clears = change != null && change.status().clears();
    BuildMeta after = writing.meta();
    if (clears) {
      // First it shows them no more. If it ends before all are gone, it comes here again.
      write(writing.batch, new Stand(after, claims));
      after = clear(Objects.requireNonNull(change), after, claims);
      writing.batch.clear();
    }
    long seen = changes.seen() < 0 ? before.seen() : changes.seen();
    long stamp = changes.seen() < 0 ? before.stamp() : changes.stamp();
    write(writing.batch, new Stand(after.at(changes.next(), seen, stamp), claims));
    return changes.next() < extent.nextOffset();
  }

  private void write(StoreBatch batch, Stand next) {
    batch.put(keys.meta(), next.meta.toBytes());
    synchronized (lock) {
      views.write(batch);
      stand = next;
    }
  }

  /** Deletes the rows of slots. */
  private BuildMeta clear(SlotChange change, BuildMeta meta, Claims claims) {
    BuildMeta[] now = {meta};
    change.slots().forEach(slot -> now[0] = clear(slot, now[0], claims));
    return now[0];
  }

  private BuildMeta clear(int slot, BuildMeta meta, Claims claims) {
    BuildMeta now = meta;
    boolean more = true;
    while (more) {
      Writing writing = new Writing(now);
      int deleted = 0;
      try (StateStore.Scan rows =
          store.scan(keys.entity(Keys.slot(slot)), keys.entity(Keys.slot(slot + 1)))) {
        for (; rows.valid() && deleted < DELETED_AT_ONCE; rows.next(), deleted++) {
          writing.remove(ViewKeys.prefixOf(rows.key()), StoredRow.read(rows.value()));
        }
        more = rows.valid();
      }
      try (StateStore.Scan rows =
          store.scan(keys.failed(Keys.slot(slot)), keys.failed(Keys.slot(slot + 1)))) {
        for (; rows.valid(); rows.next()) {
          writing.batch.delete(rows.key());
          writing.failed--;
        }
      }
      now = writing.meta();
      if (writing.batch.count() > 0) {
        write(writing.batch, new Stand(now, claims));
      }
    }
    return now;
  }

  /** What is to be stored. */
  private final class Writing {
    private final StoreBatch batch = new StoreBatch();
    private final BuildMeta before;
    private long count;
    private long failed;

    Writing(BuildMeta before) {
      this.before = before;
      this.count = before.rows();
      this.failed = before.failed();
    }

    BuildMeta meta() {
      return before.counting(count, failed);
    }

    void take(Folding folding, EntityAddress address, long offset) {
      byte[] prefix = prefix(address);
      byte[] stored = store.get(keys.entity(prefix));
      StoredRow old = stored == null ? null : StoredRow.read(stored);
      if (old != null && old.upTo() > offset) {
        return;
      }
      Folding.Folded now = folding.fold(address, offset);
      if (now == null) {
        return;
      }
      if (old != null) {
        remove(prefix, old);
      }
      RowMaker.Made row = now.row();
      if (row != null) {
        put(prefix, address, folding.end(), now);
      }
      note(prefix, address, now.error());
    }

    private void put(byte[] prefix, EntityAddress address, long upTo, Folding.Folded now) {
      RowMaker.Made row = Objects.requireNonNull(now.row());
      batch.put(keys.entity(prefix), new StoredRow(upTo, now.version(), row.places()).toBytes());
      byte[] entry =
          new StoredRow.Entry(address.slot(), address.id(), now.version(), row.json()).toBytes();
      for (int i = 0; i < row.places().size(); i++) {
        batch.put(keys.index(i, row.places().get(i)), entry);
      }
      count++;
    }

    void remove(byte[] prefix, StoredRow old) {
      batch.delete(keys.entity(prefix));
      for (int i = 0; i < old.places().size(); i++) {
        batch.delete(keys.index(i, old.places().get(i)));
      }
      count--;
    }

    private void note(byte[] prefix, EntityAddress address, @Nullable String error) {
      byte[] key = keys.failed(prefix);
      if (error == null && failed == 0) {
        return;
      }
      boolean before = store.get(key) != null;
      if (error != null) {
        batch.put(key, error.getBytes(StandardCharsets.UTF_8));
        failed += before ? 0 : 1;
        if (!complained) {
          complained = true;
          LOG.warn("view {} has no row of {}: {}", meta().view(), address, error);
        }
      } else if (before) {
        batch.delete(key);
        failed--;
      }
    }
  }
}
