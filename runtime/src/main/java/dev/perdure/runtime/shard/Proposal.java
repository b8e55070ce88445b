package dev.perdure.runtime.shard;

import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryHeader;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.StateCheckpoint;
import dev.perdure.runtime.record.WakeRow;
import org.jspecify.annotations.Nullable;

/** An entry being put together, and the batch of commands it is for. Loop thread. */
final class Proposal {

  private final EntryBuilder builder;
  private final Batch batch;
  private final long baseOffset;

  Proposal(EntryBuilder builder, Batch batch, long baseOffset) {
    this.builder = builder;
    this.batch = batch;
    this.baseOffset = baseOffset;
    builder.begin(new EntryHeader(batch.fence(), batch.stamp(), baseOffset));
  }

  Batch batch() {
    return batch;
  }

  int size() {
    return builder.size();
  }

  int count() {
    return builder.count();
  }

  /** The shard's next free offset behind it. */
  long nextOffset() {
    return baseOffset + builder.offsets();
  }

  /** Adds a decided command. */
  void command(Pending command, CommandRecord record, long charged) {
    byte[] key = Keys.record(command.command().address(), nextOffset());
    builder.command(key, record, command.operationHash(), charged);
    batch.commands().add(command);
  }

  /** Adds a checkpoint of the entity's state after the last command added; gives the row's hash. */
  long checkpoint(CachedEntity entity, long version, byte[] json, long replaced) {
    StateCheckpoint checkpoint =
        new StateCheckpoint(
            version,
            nextOffset() - 1,
            entity.model().entityVersion(),
            entity.model().fingerprint(),
            json);
    return builder.checkpoint(Keys.checkpoint(entity.address()), checkpoint, replaced);
  }

  /** Adds a checkpoint of another shard behind the records that were added. */
  void checkpoint(byte[] key, StateCheckpoint old, long replaced) {
    StateCheckpoint here =
        new StateCheckpoint(
            old.version(), nextOffset() - 1, old.entityVersion(), old.fingerprint(), old.state());
    builder.checkpoint(key, here, replaced);
  }

  /** Adds when an entity wants to be woken, or that it does not; gives the row's hash. */
  long wake(EntityAddress address, @Nullable WakeRow row, EntryBuilder.WakeBefore before) {
    return builder.wake(Keys.wake(address), row, before);
  }

  void slots(SlotChange change) {
    builder.slots(change);
  }

  /** Adds a row that another shard had. */
  void imported(byte[] key, byte[] value, long operation, long charged) {
    builder.imported(key, value, operation, charged);
  }

  void expiry(OperationsRow expired) {
    builder.expiry(expired);
  }

  byte[] finish() {
    batch.seal();
    return builder.finish();
  }
}
