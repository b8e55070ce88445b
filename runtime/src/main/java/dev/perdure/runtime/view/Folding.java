package dev.perdure.runtime.view;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.QuarantineException;
import dev.perdure.runtime.type.ViewModel;
import org.jspecify.annotations.Nullable;

/** Folds entities and makes their rows. Runs the author's code. */
final class Folding {

  private static final int ERROR_LENGTH_MAX = 300;

  private final ShardState state;
  private final ViewModel model;
  private final EntityLoader loader;
  private final RowMaker maker;
  private final long end;

  /**
   * Over a shard's state.
   *
   * @param end whatever begins before it is there
   */
  Folding(ShardState state, ViewModel model, long end) {
    this.state = state;
    this.model = model;
    this.loader = new EntityLoader(state.store());
    this.maker = new RowMaker(model);
    this.end = end;
  }

  long end() {
    return end;
  }

  /**
   * What an entity's row is to be.
   *
   * @param version of the entity
   * @param row null for none
   * @param error why there is none; null if that is right
   */
  record Folded(long version, RowMaker.@Nullable Made row, @Nullable String error) {}

  /**
   * Null if nothing can be said of it: its slot leaves or comes, and the stream goes on to that.
   *
   * @throws ReplicaException if what is stored of it is damaged
   */
  @Nullable Folded fold(EntityAddress address, long offset) {
    SlotTable.Slot before = state.slots().of(address.slot());
    if (!has(before, offset)) {
      return null;
    }
    Folded folded = folded(address);
    SlotTable.Slot after = state.slots().of(address.slot());
    return has(after, offset) && before.since() == after.since() ? folded : null;
  }

  private static boolean has(SlotTable.Slot slot, long offset) {
    return switch (slot.status()) {
      case OWNED, GONE, KEPT -> true;
      case COMING -> offset >= slot.since();
      case CLEARED -> false;
    };
  }

  private Folded folded(EntityAddress address) {
    EntityLoader.Genesis genesis;
    try {
      genesis = loader.current(address, model.entity());
    } catch (QuarantineException e) {
      return new Folded(0, null, text(e));
    } catch (CorruptionException e) {
      throw new ReplicaException(e);
    }
    if (genesis.version() == 0) {
      return new Folded(0, null, null);
    }
    try {
      return new Folded(genesis.version(), maker.make(address, genesis.state()), null);
    } catch (Throwable e) {
      return new Folded(genesis.version(), null, text(e));
    }
  }

  private static String text(Throwable error) {
    String message = error.getMessage();
    String text =
        error instanceof QuarantineException
            ? String.valueOf(message)
            : error.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return text.length() > ERROR_LENGTH_MAX ? text.substring(0, ERROR_LENGTH_MAX) : text;
  }
}
