package dev.perdure.runtime.shard;

import dev.perdure.journal.Journal;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.wake.Wakes;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * What a shard is put together from.
 *
 * @param bugs empty but in the simulator's tests
 * @param level what may be written now; see {@link dev.perdure.runtime.Build}
 * @param wakes who is told of wakes
 * @param lead whether it may begin to lead
 */
public record ShardParts(
    ShardState state,
    TypeRegistry types,
    Limits limits,
    Clock clock,
    Entropy entropy,
    Set<PlantedBug> bugs,
    IntSupplier level,
    Wakes wakes,
    Lead lead) {

  boolean has(PlantedBug bug) {
    return !bugs.isEmpty() && bugs.contains(bug);
  }

  /** Makes the journal that drives a replica. */
  @FunctionalInterface
  public interface JournalMaker {
    Journal make(dev.perdure.journal.Replica replica);
  }
}
