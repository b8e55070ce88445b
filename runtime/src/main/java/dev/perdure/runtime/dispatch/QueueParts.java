package dev.perdure.runtime.dispatch;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.shard.PlantedBug;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What queues are put together from.
 *
 * @param core the node's own
 * @param shards gives the shard of an entity; null if this node has no replica of it
 * @param numbers of all shards there are
 * @param level what may be written now; see {@link dev.perdure.runtime.Build}
 * @param bugs planted on purpose; empty but in the simulator's own tests
 */
public record QueueParts(
    Core core,
    Function<EntityAddress, @Nullable Shard> shards,
    Supplier<List<Integer>> numbers,
    IntSupplier level,
    Others others,
    Set<PlantedBug> bugs) {

  /** Who does what nobody asked for. */
  static final String PLATFORM = "system:queue";

  private static final long CALL_NS = 5_000_000_000L;

  /**
   * What every node has.
   *
   * @param entities the door to all entities, wherever they are
   * @param sagas the door to all sagas
   */
  public record Core(
      TypeRegistry types,
      Entities entities,
      Sagas sagas,
      Wakes wakes,
      Clock clock,
      Entropy entropy) {}

  boolean has(PlantedBug bug) {
    return !bugs.isEmpty() && bugs.contains(bug);
  }

  TypeRegistry types() {
    return core.types();
  }

  Entities entities() {
    return core.entities();
  }

  long nowNs() {
    return core.clock().monotonicNs();
  }

  long nowMicros() {
    return core.clock().wallMicros();
  }

  /** For what the platform does by itself. */
  CallContext context() {
    return new CallContext(PLATFORM, "", nowNs() + CALL_NS);
  }
}
