package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import java.util.Optional;

/** Folds an entity's stored history into its state. Runs user code; thread-safe. */
public final class EntityLoader {

  private final StateStore store;
  private final boolean anyCheckpoint;

  /** A loader over applied facts. */
  public EntityLoader(StateStore store) {
    this(store, false);
  }

  EntityLoader(StateStore store, boolean anyCheckpoint) {
    this.store = store;
    this.anyCheckpoint = anyCheckpoint;
  }

  /**
   * The state as applied.
   *
   * @throws QuarantineException if today's code cannot fold what is stored
   */
  CachedEntity.Folded load(EntityAddress address, EntityModel model) {
    if (!store.mayKnow(address.prefix())) {
      return new CachedEntity.Folded(model.initial(), 0, 0, 0, 0);
    }
    byte[] key = Keys.checkpoint(address);
    byte[] row = store.get(key);
    if (row == null) {
      return fold(address, model, new Start(model.initial(), 0, 0, 0, 0));
    }
    StateCheckpoint checkpoint = StateCheckpoint.read(row);
    long hash = EntryBuilder.rowHash(key, row);
    Optional<Object> state = restore(address, model, checkpoint);
    if (state.isEmpty()) {
      return fold(
          address, model, new Start(model.initial(), 0, 0, hash, checkpoint.state().length));
    }
    return fold(
        address,
        model,
        new Start(
            state.get(),
            checkpoint.version(),
            checkpoint.offset() + 1,
            hash,
            checkpoint.state().length));
  }

  /** The state folded from the first event, checkpoints left aside. */
  public Genesis genesis(EntityAddress address, EntityModel model) {
    CachedEntity.Folded folded = fold(address, model, new Start(model.initial(), 0, 0, 0, 0));
    return new Genesis(folded.state(), folded.version());
  }

  /** The state at an earlier version, folded from the first event. */
  public Genesis genesis(EntityAddress address, EntityModel model, long atVersion) {
    CachedEntity.Folded folded =
        fold(address, model, new Start(model.initial(), 0, 0, 0, 0), atVersion);
    return new Genesis(folded.state(), folded.version());
  }

  /** The state as served: from the checkpoint where there is a usable one. */
  public Genesis current(EntityAddress address, EntityModel model) {
    CachedEntity.Folded folded = load(address, model);
    return new Genesis(folded.state(), folded.version());
  }

  /** A state and its version. */
  public record Genesis(Object state, long version) {}

  private record Start(
      Object state, long version, long offset, long checkpointHash, int stateBytes) {}

  private Optional<Object> restore(
      EntityAddress address, EntityModel model, StateCheckpoint checkpoint) {
    try {
      return anyCheckpoint ? model.restoreAny(checkpoint) : model.restore(checkpoint);
    } catch (Throwable e) {
      throw new QuarantineException(
          address + ": its state checkpoint at version " + checkpoint.version() + " cannot be read",
          e);
    }
  }

  private CachedEntity.Folded fold(EntityAddress address, EntityModel model, Start start) {
    return fold(address, model, start, Long.MAX_VALUE);
  }

  private CachedEntity.Folded fold(
      EntityAddress address, EntityModel model, Start start, long versionMax) {
    Object state = start.state;
    long version = start.version;
    try (StateStore.Scan rows =
        store.scan(Keys.record(address, start.offset), Keys.recordsEnd(address))) {
      for (; rows.valid() && version < versionMax; rows.next()) {
        CommandRecord record = CommandRecord.read(rows.value());
        for (StoredEvent event : record.events()) {
          if (version == versionMax) {
            break;
          }
          state = evolve(address, model, new Step(state, event, version + 1));
          version++;
        }
      }
    }
    return new CachedEntity.Folded(
        state, version, start.version, start.checkpointHash, start.stateBytes);
  }

  private record Step(Object state, StoredEvent event, long version) {}

  private static Object evolve(EntityAddress address, EntityModel model, Step step) {
    try {
      return model.evolve(step.state, model.decode(step.event));
    } catch (Throwable e) {
      throw new QuarantineException(
          address
              + ": event '"
              + step.event.name()
              + "' of schema version "
              + step.event.schemaVersion()
              + " at version "
              + step.version
              + " cannot be folded by today's code",
          e);
    }
  }
}
