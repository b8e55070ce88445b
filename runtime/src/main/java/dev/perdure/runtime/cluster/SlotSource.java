package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.time.Duration;

/** The end of a move that slots leave from. Thread-safe. */
final class SlotSource {

  /** A step that takes longer has failed. */
  static final Duration STEP_MAX = Duration.ofSeconds(2);

  static final String PRINCIPAL = "system:move";

  private static final int PAGE_BYTES = 256 * 1024;

  private final LocalShards shards;
  private final Clock clock;

  /** Which slots of which shard, for which move to which other one. */
  record Leaving(int from, long move, int to, SlotSet slots) {
    void write(ByteWriter out) {
      out.varint(from).varint(move).varint(to);
      slots.write(out);
    }

    static Leaving read(ByteReader in) {
      return new Leaving((int) in.varint(), in.varint(), (int) in.varint(), SlotSet.read(in));
    }
  }

  SlotSource(LocalShards shards, Clock clock) {
    this.shards = shards;
    this.clock = clock;
  }

  static CallContext context(Clock clock) {
    return new CallContext(PRINCIPAL, "", clock.monotonicNs() + STEP_MAX.toNanos());
  }

  /** The shard decides nothing for these slots any more; answered when that is in its log. */
  byte[] freeze(ByteReader in) throws IOException {
    Leaving leaving = Leaving.read(in);
    Shard shard = shards.get(leaving.from);
    if (shard == null) {
      throw new IOException("this node holds no replica of shard " + leaving.from);
    }
    SlotChange gone =
        new SlotChange(SlotTable.Status.GONE, leaving.move, leaving.to, 0, leaving.slots);
    ByteWriter out = new ByteWriter(64);
    Messages.outcome(out, shard.move(new MoveStep.Change(gone), context(clock)).await());
    return out.toBytes();
  }

  /** Rows of slots that left, behind a key. */
  byte[] page(ByteReader in) throws IOException {
    Leaving leaving = Leaving.read(in);
    Shard shard = shards.get(leaving.from);
    if (shard == null || !left(shard, leaving)) {
      throw new IOException("the slots did not leave shard " + leaving.from + " here");
    }
    return SlotPage.read(shard.store(), leaving.slots, in.blob(), PAGE_BYTES).toBytes();
  }

  /** True if the rows are final here: everything decided for the slots is applied. */
  static boolean left(Shard shard, Leaving leaving) {
    return shard.parts().state().left(leaving.slots, leaving.move);
  }

  /** A page of this node's own replica. */
  static SlotPage local(Shard shard, Leaving leaving, byte[] after) {
    return SlotPage.read(shard.store(), leaving.slots, after, PAGE_BYTES);
  }
}
