package dev.perdure.runtime.drive;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.mode.Outside;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What drives are put together from.
 *
 * @param entities the door to all entities, wherever they are
 * @param shards gives the shard of an entity; null if this node has no replica of it
 * @param retention how long an operation id is remembered
 * @param quota says how many sagas a tenant may have
 * @param outside the way to everything that steps call
 * @param bugs planted on purpose; empty but in the simulator's own tests
 */
public record DriveParts(
    TypeRegistry types,
    Entities entities,
    Function<EntityAddress, @Nullable Shard> shards,
    Clock clock,
    Entropy entropy,
    Duration retention,
    Quota quota,
    Outside outside,
    Set<PlantedBug> bugs) {

  boolean has(PlantedBug bug) {
    return !bugs.isEmpty() && bugs.contains(bug);
  }

  long nowNs() {
    return clock.monotonicNs();
  }

  /**
   * The time of a saga's shard: what wakes go by. A wall clock that was set back, or on, must not
   * have a saga sleep for longer.
   */
  long nowMicros(EntityAddress saga) {
    Shard shard = shards.apply(saga);
    return shard == null
        ? clock.wallMicros()
        : shard.parts().wakes().nowMicros(shard.number(), clock);
  }
}
