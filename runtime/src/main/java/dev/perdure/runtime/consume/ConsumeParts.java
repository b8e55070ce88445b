package dev.perdure.runtime.consume;

import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What consumers are put together from.
 *
 * @param entities the door to all entities, wherever they are
 * @param sagas the door to all sagas
 * @param shards gives a shard's replica; null if this node has none
 * @param numbers of all shards there are
 * @param means what handlers are run with
 */
public record ConsumeParts(
    TypeRegistry types,
    Entities entities,
    Sagas sagas,
    IntFunction<@Nullable Shard> shards,
    Supplier<List<Integer>> numbers,
    Means means) {

  /**
   * What handlers are run with.
   *
   * @param outside the way to what they call, and its clock
   * @param alarm for those that take too long
   * @param bugs planted on purpose; none but in the simulator's tests
   */
  public record Means(Outside outside, Alarm alarm, Set<PlantedBug> bugs) {

    /** On a node. */
    public static Means of(Outside outside) {
      return new Means(outside, Alarm.system(), Set.of());
    }
  }

  Outside outside() {
    return means.outside;
  }

  Alarm alarm() {
    return means.alarm;
  }

  boolean has(PlantedBug bug) {
    return !means.bugs.isEmpty() && means.bugs.contains(bug);
  }

  long nowNs() {
    return means.outside.clock().monotonicNs();
  }

  long nowMicros() {
    return means.outside.clock().wallMicros();
  }
}
