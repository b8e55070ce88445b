package dev.perdure.runtime.consume;

import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.mode.Outside;
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
 * @param outside the way to what handlers call, and its clock
 */
public record ConsumeParts(
    TypeRegistry types,
    Entities entities,
    Sagas sagas,
    IntFunction<@Nullable Shard> shards,
    Supplier<List<Integer>> numbers,
    Outside outside) {

  long nowNs() {
    return outside.clock().monotonicNs();
  }

  long nowMicros() {
    return outside.clock().wallMicros();
  }
}
