package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Views;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Whether an answer would have seen what its caller asks for. Of one request. */
final class Bounds {

  private final Views.Bound bound;
  private final IntFunction<@Nullable Shard> shards;

  private final Map<Integer, Seen> seenIn = new HashMap<>();

  Bounds(Views.Bound bound, IntFunction<@Nullable Shard> shards) {
    this.bound = bound;
    this.shards = shards;
  }

  /**
   * Null if builds have seen it.
   *
   * @throws ReplicaException if the replica that it has to ask is damaged
   */
  ViewDoor.@Nullable Wait delay(List<Build> builds) {
    for (Build one : builds) {
      int shard = one.place().shard();
      if (one.meta().next() <= bound.after().of(shard)) {
        return behind(
            "it has come to offset %d of shard %d, not to %d"
                .formatted(one.meta().next() - 1, shard, bound.after().of(shard)));
      }
    }
    Views.Covered covers = bound.covers();
    return covers == null || covers(builds, covers)
        ? null
        : behind("it does not show version " + covers.version() + " of " + covers.entity().id());
  }

  private static ViewDoor.Wait behind(String detail) {
    return new ViewDoor.Wait(ProblemCode.VIEW_BEHIND, detail, true);
  }

  private boolean covers(List<Build> builds, Views.Covered covers) {
    EntityAddress entity = covers.entity();
    Shown shown = Shown.of(builds.stream().map(one -> one.stand().claims()).toList());
    for (int i = 0; i < builds.size(); i++) {
      Build one = builds.get(i);
      if (shown.shows(i, entity.slot())
          && (one.versionOf(entity) >= covers.version() || hasRead(one, covers))) {
        return true;
      }
    }
    return false;
  }

  /** An entity without a row shows no version: then it counts what the build has read. */
  private boolean hasRead(Build build, Views.Covered covers) {
    int number = build.place().shard();
    Shard shard = shards.apply(number);
    if (shard == null) {
      return false;
    }
    ShardState state = shard.parts().state();
    long end = state.readable().nextOffset();
    Seen seen = seenIn.get(number);
    if (seen == null || (seen.offset < 0 && seen.end < end)) {
      boolean owned = state.slots().of(covers.entity().slot()).status() == SlotTable.Status.OWNED;
      try {
        seen = new Seen(end, owned ? offsetOf(state, covers) : -1);
      } catch (CorruptionException e) {
        throw new ReplicaException(e);
      }
      seenIn.put(number, seen);
    }
    return seen.offset >= 0 && build.meta().next() > seen.offset;
  }

  /** At which offset an entity reached a version, or a later one at which it surely had; or -1. */
  private static long offsetOf(ShardState state, Views.Covered covers) {
    EntityAddress entity = covers.entity();
    byte[] row = state.store().get(Keys.checkpoint(entity));
    long first = 0;
    if (row != null) {
      StateCheckpoint checkpoint = StateCheckpoint.read(row);
      if (checkpoint.version() >= covers.version()) {
        return checkpoint.offset();
      }
      first = checkpoint.offset() + 1;
    }
    try (StateStore.Scan rows =
        state.store().scan(Keys.record(entity, first), Keys.recordsEnd(entity))) {
      for (; rows.valid(); rows.next()) {
        CommandRecord record = CommandRecord.read(rows.value());
        if (!record.events().isEmpty()
            && record.versionBefore() + record.events().size() >= covers.version()) {
          return Keys.offsetOf(rows.key());
        }
      }
    }
    return -1;
  }

  /**
   * What a look at a replica said.
   *
   * @param end what could be read then began before it
   * @param offset at which the entity had the version; -1 if it had not
   */
  private record Seen(long end, long offset) {}
}
