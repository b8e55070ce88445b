package dev.perdure.runtime.shard;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.StateCheckpoint;
import java.util.List;

/** What a shard is asked while slots move. */
public sealed interface MoveStep {

  /** Changes what the shard is to slots. The offset at which they came counts only for owning. */
  record Change(SlotChange wanted) implements MoveStep {}

  /**
   * Takes rows of another shard in. The next ones are asked for when these are applied.
   *
   * @param move id of the move
   * @param since the offset at which the slots began to come: another attempt has another
   */
  record Rows(long move, long since, List<Row> rows) implements MoveStep {}

  /** A row of another shard. */
  sealed interface Row {

    byte[] key();

    /** A row as it came; throws {@link CorruptionException} if it is damaged. */
    static Row of(byte[] key, byte[] value) {
      if (Keys.isRecord(key)) {
        return new Recorded(key, value, CommandRecord.read(value));
      }
      return Keys.kindOf(key) == Keys.CHECKPOINT
          ? new Checkpoint(key, StateCheckpoint.read(value))
          : new Other(key, value);
    }
  }

  /** A command's record; it gets an offset of this shard. */
  record Recorded(byte[] key, byte[] value, CommandRecord record) implements Row {}

  /** A state checkpoint; it comes behind the record of the version that it stands for. */
  record Checkpoint(byte[] key, StateCheckpoint checkpoint) implements Row {}

  /** Any other row; it is stored as it is. */
  record Other(byte[] key, byte[] value) implements Row {}
}
