package dev.perdure.runtime.consume;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.List;
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
 */
public record ConsumeParts(
    TypeRegistry types,
    Entities entities,
    Sagas sagas,
    IntFunction<@Nullable Shard> shards,
    Supplier<List<Integer>> numbers,
    Clock clock) {

  long nowNs() {
    return clock.monotonicNs();
  }

  long nowMicros() {
    return clock.wallMicros();
  }
}
