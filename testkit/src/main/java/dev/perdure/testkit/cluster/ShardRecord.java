package dev.perdure.testkit.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What was ever committed of a shard's log, by any leader: there is one entry at an index. */
final class ShardRecord {

  private final ClusterWorld world;
  private final int shard;
  private final List<Committed> entries = new ArrayList<>();

  /**
   * An entry.
   *
   * @param at the world's order at which a majority had it on disk
   */
  record Committed(Entry entry, long at) {}

  ShardRecord(ClusterWorld world, int shard) {
    this.world = world;
    this.shard = shard;
  }

  long last() {
    return entries.size() - 1L;
  }

  Committed at(long index) {
    return entries.get((int) index);
  }

  /** A leader says that an entry is committed. */
  void committed(long index, Entry entry, String by) {
    if (index > entries.size()) {
      world.broken(
          by + " commits index " + index + " of shard " + shard + ", the last one was " + last());
    } else if (index == entries.size()) {
      entries.add(new Committed(entry, world.tick()));
      world.committed(shard, index, entry);
    } else {
      same(index, entry, by + " commits");
    }
  }

  /** It is what was committed. */
  void same(long index, Entry entry, String what) {
    if (index > last()) {
      world.broken(what + " index " + index + " of shard " + shard + ", which is not committed");
      return;
    }
    Entry before = at(index).entry;
    if (before.term() != entry.term() || !Arrays.equals(before.bytes(), entry.bytes())) {
      world.broken(
          what
              + " at index "
              + index
              + " of shard "
              + shard
              + " "
              + entry.text()
              + " of term "
              + entry.term()
              + ", but committed was "
              + before.text()
              + " of term "
              + before.term());
    }
  }
}
