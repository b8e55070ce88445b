package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of several shards in one order, each shard's only of the slots that it shows. */
final class Merge {

  private final List<Build.Reading> readings;
  private final Shown shown;
  private final boolean down;
  private final List<@Nullable Head> heads = new ArrayList<>();

  /** Over readings, which stay open. */
  Merge(List<Build.Reading> readings, Shown shown, boolean down) {
    this.readings = readings;
    this.shown = shown;
    this.down = down;
    for (int i = 0; i < readings.size(); i++) {
      heads.add(head(i, false));
    }
  }

  /** The next row of a shard. */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  private record Head(byte[] place, StoredRow.Entry entry) {}

  /**
   * A row.
   *
   * @param place behind the number of its index
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  record Found(byte[] place, StoredRow.Entry entry) {}

  private @Nullable Head head(int shard, boolean on) {
    Build.Reading reading = readings.get(shard);
    StateStore.Scan rows = reading.rows();
    try {
      if (on) {
        rows.next();
      }
      for (; rows.valid(); rows.next()) {
        byte[] value = rows.value();
        if (shown.shows(shard, StoredRow.Entry.slotOf(value))) {
          return new Head(ViewKeys.restOf(rows.key()), StoredRow.Entry.read(value));
        }
      }
      return null;
    } catch (CorruptionException e) {
      throw reading.of().damaged(e);
    }
  }

  /** Null if there is none. */
  @Nullable Found next() {
    int from = -1;
    Head best = null;
    for (int i = 0; i < heads.size(); i++) {
      Head one = heads.get(i);
      if (one != null && (best == null || isBefore(one, best))) {
        best = one;
        from = i;
      }
    }
    if (best == null) {
      return null;
    }
    heads.set(from, head(from, true));
    return new Found(best.place, best.entry);
  }

  private boolean isBefore(Head one, Head other) {
    int order = Arrays.compareUnsigned(one.place, other.place);
    return down ? order > 0 : order < 0;
  }
}
