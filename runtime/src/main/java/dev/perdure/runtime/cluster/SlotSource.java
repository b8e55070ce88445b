package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.cluster.SlotPage.Span;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable.Status;
import dev.perdure.runtime.shard.MoveStep;
import dev.perdure.runtime.shard.Shard;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of a move that slots leave from. Thread-safe. */
final class SlotSource {

  /** A step that takes longer has failed. */
  static final Duration STEP_MAX = Duration.ofSeconds(2);

  static final String PRINCIPAL = "system:move";

  /** Asks for what is there now: the answer says up to which offset. */
  private static final long NOW = 0;

  private static final int PAGE_BYTES = 256 * 1024;
  private static final long PAGE_NS = 500_000_000;
  private static final int ROWS = 0;
  private static final int DAMAGED = 1;

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

  /**
   * What is asked for: rows that follow a place.
   *
   * @param span its end is {@link #NOW} where that is to be said by who answers
   */
  record Asked(Leaving leaving, Span span, byte[] after) {
    static Asked first(Leaving leaving, long from, boolean last) {
      return new Asked(leaving, new Span(from, last ? Span.OPEN : NOW), new byte[0]);
    }

    Asked next(Page page) {
      return new Asked(leaving, new Span(span.from(), page.end), page.rows.next());
    }

    byte[] question() {
      ByteWriter out = new ByteWriter(128).u8(Messages.PAGE);
      leaving.write(out);
      return out.varint(span.from()).varint(span.end()).blob(after).toBytes();
    }

    static Asked read(ByteReader in) {
      return new Asked(Leaving.read(in), new Span(in.varint(), in.varint()), in.blob());
    }
  }

  /**
   * Rows.
   *
   * @param end up to which offset records were wanted
   * @param age that of the slots: those of another age do not go with these
   */
  record Page(SlotPage rows, long end, long age) {}

  SlotSource(LocalShards shards, Clock clock) {
    this.shards = shards;
    this.clock = clock;
  }

  static CallContext context(Clock clock) {
    return new CallContext(PRINCIPAL, "", clock.monotonicNs() + STEP_MAX.toNanos());
  }

  /** A change of slots at the shard that they are to leave. */
  static SlotChange change(Leaving leaving, Status status) {
    return new SlotChange(status, leaving.move, leaving.to, 0, leaving.slots);
  }

  /**
   * The shard decides nothing for these slots any more, or goes on to; answered when that is in its
   * log.
   */
  byte[] change(ByteReader in, Status status) throws IOException {
    Leaving leaving = Leaving.read(in);
    Shard shard = held(leaving);
    Outcome outcome =
        shard.move(new MoveStep.Change(change(leaving, status)), context(clock)).await();
    ByteWriter out = new ByteWriter(64);
    Messages.outcome(out, outcome);
    return out.toBytes();
  }

  private Shard held(Leaving leaving) throws IOException {
    Shard shard = shards.get(leaving.from);
    if (shard == null) {
      throw new IOException("this node holds no replica of shard " + leaving.from);
    }
    return shard;
  }

  /** Answers with rows, or says that one is damaged. */
  byte[] page(ByteReader in) throws IOException {
    Asked asked = Asked.read(in);
    Page page;
    try {
      page = page(held(asked.leaving), asked, clock);
    } catch (CorruptionException e) {
      return new ByteWriter(128).u8(DAMAGED).text(String.valueOf(e.getMessage())).toBytes();
    }
    if (page == null) {
      throw new IOException("slots of shard " + asked.leaving.from + " cannot be read here now");
    }
    ByteWriter out = new ByteWriter(1024).u8(ROWS).varint(page.end).u64(page.age);
    page.rows.write(out);
    return out.toBytes();
  }

  /**
   * Reads an answer.
   *
   * @throws CorruptionException if a row is damaged there
   */
  static Page answered(byte[] answer) {
    ByteReader in = new ByteReader(answer, "rows of another node");
    if (in.u8() == DAMAGED) {
      throw new CorruptionException(in.text());
    }
    long end = in.varint();
    long age = in.u64();
    return new Page(SlotPage.of(in), end, age);
  }

  /** Rows of a replica; null if it does not have all that is wanted, or it may change yet. */
  static @Nullable Page page(Shard shard, Asked asked, Clock clock) {
    ShardState.Extent here = shard.parts().state().readable();
    Span span = asked.span;
    boolean there =
        span.last()
            ? here.left(asked.leaving.slots, asked.leaving.move)
            : here.has(asked.leaving.slots, asked.leaving.move) && span.end() <= here.nextOffset();
    if (!there) {
      return null;
    }
    long end = span.end() == NOW ? Math.max(span.from(), here.nextOffset()) : span.end();
    long lateNs = clock.monotonicNs() + PAGE_NS;
    SlotPage rows =
        SlotPage.read(
            shard.store(),
            new SlotPage.Wanted(asked.leaving.slots, new Span(span.from(), end), asked.after),
            new SlotPage.Limit(PAGE_BYTES, () -> clock.monotonicNs() - lateNs >= 0));
    return new Page(rows, end, here.age(asked.leaving.slots));
  }
}
