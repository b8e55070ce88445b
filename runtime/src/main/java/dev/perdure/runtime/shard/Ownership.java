package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.SlotChange;
import dev.perdure.runtime.record.SlotSet;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.SlotTable.Slot;
import dev.perdure.runtime.record.SlotTable.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which slots the loop decides for: as applied, and as changed by what it proposed since. A change
 * holds from its proposal on: what was decided before lies before it in the log, and nothing is
 * decided behind it. A new epoch goes back to what is applied. Loop thread.
 */
final class Ownership {

  private static final byte[] NOTHING = new byte[0];
  private static final long RETRY_AFTER_MS = 1000;

  private final ShardParts parts;
  private final ShardLoop loop;
  private SlotTable slots;
  private @Nullable Batch lastChange;

  Ownership(ShardParts parts, ShardLoop loop) {
    this.parts = parts;
    this.loop = loop;
    this.slots = parts.state().slots();
  }

  /** A new epoch stands: what was proposed before and is not applied never will be. */
  void reset(SlotTable applied) {
    slots = applied;
    lastChange = null;
  }

  /** Refuses a request for an entity whose slot another shard has. */
  boolean refuses(Request request, EntityAddress address) {
    if (slots.isEmpty()) {
      return false;
    }
    boolean late = parts.has(PlantedBug.FREEZE_SEEN_LATE);
    Slot slot = (late ? parts.state().slots() : slots).of(address.slot());
    if (slot.status() == Status.OWNED) {
      return false;
    }
    refuse(
        request,
        ProblemCode.NO_LEADER,
        slot.status() == Status.COMING
            ? "slot " + address.slot() + " is still coming from shard " + slot.other()
            : "slot " + address.slot() + " went to shard " + slot.other());
    return true;
  }

  private void refuse(Request request, ProblemCode code, String detail) {
    loop.counters().failed();
    request.finish(Outcome.Failed.retry(code, detail, RETRY_AFTER_MS));
  }

  void handle(MoveRequest request) {
    switch (request.step()) {
      case MoveStep.Change change -> change(request, change.wanted());
      case MoveStep.Rows rows -> take(request, rows);
    }
  }

  // ---- changes ----

  private void change(MoveRequest request, SlotChange wanted) {
    SlotSet next = wanted.slots().only(slot -> !isSo(slots.of(slot), wanted));
    SlotSet wrong = next.only(slot -> !follows(slots.of(slot), wanted));
    if (!wrong.isEmpty() || (wanted.status().clears() && !strangers(next).isEmpty())) {
      String detail = "slots " + (wrong.isEmpty() ? next : wrong) + " cannot become ";
      refuse(request, ProblemCode.INTERNAL, detail + wanted.status() + " now");
      return;
    }
    if (next.isEmpty()) {
      answerBehind(request, new Outcome.Done(wanted.since(), NOTHING, true));
      return;
    }
    if (wanted.status() == Status.COMING) {
      SlotTable before = slots;
      // Entities that this shard decided for before the slot left know nothing of what came since.
      loop.decider()
          .cache()
          .removeIf(one -> before.of(one.slot()).move() > 0 && next.has(one.slot()));
    }
    Proposal open = loop.proposal();
    long since = wanted.status() == Status.OWNED ? wanted.since() : open.nextOffset();
    SlotChange change = new SlotChange(wanted.status(), wanted.move(), wanted.other(), since, next);
    open.slots(change);
    slots = slots.with(change);
    lastChange = open.batch();
    loop.decider().locks().release(one -> next.has(one.slot()));
    answerBehind(request, new Outcome.Done(since, NOTHING, false));
    loop.propose();
  }

  /** True if the change was made before. A slot that comes once more begins anew. */
  private static boolean isSo(Slot now, SlotChange wanted) {
    return now.move() == wanted.move()
        && switch (wanted.status()) {
          case OWNED -> now.status() == Status.OWNED && now.since() == wanted.since();
          case COMING -> false;
          case GONE -> now.status().left();
          case CLEARED -> now.status() == Status.CLEARED;
          case KEPT -> now.status() == Status.OWNED;
        };
  }

  /** True if it is the next step of the same move, or the first of a later one. */
  private static boolean follows(Slot now, SlotChange wanted) {
    boolean same = now.move() == wanted.move();
    boolean later = now.move() < wanted.move();
    return switch (wanted.status()) {
      case OWNED -> same && now.status() == Status.COMING && now.since() == wanted.since();
      case COMING ->
          (same && now.status() == Status.COMING)
              || (later && (now.status().left() || now.move() == 0));
      case GONE -> later && now.status() == Status.OWNED;
      case CLEARED ->
          (same && (now.status() == Status.GONE || now.status() == Status.COMING))
              || (later && (now.status().left() || now.move() == 0));
      case KEPT -> (same && now.status() == Status.GONE) || (later && now.status() == Status.OWNED);
    };
  }

  /** Those that never moved and hold rows: they are this shard's own, whatever it is asked. */
  private SlotSet strangers(SlotSet coming) {
    return coming.only(slot -> slots.of(slot).move() == 0 && parts.state().slotHash(slot) != 0);
  }

  /** Answers when the newest change is applied. */
  private void answerBehind(MoveRequest request, Outcome answer) {
    Batch last = lastChange;
    if (last != null && !last.finished()) {
      last.followers().add(new Batch.Follower(request, answer));
    } else {
      loop.confirm(request, answer);
    }
  }

  // ---- rows ----

  private void take(MoveRequest request, MoveStep.Rows asked) {
    for (MoveStep.Row row : asked.rows()) {
      int number = Keys.slotOf(row.key(), 0);
      Slot slot = slots.of(number);
      boolean attempt = slot.move() == asked.move() && slot.since() == asked.since();
      if (slot.status() != Status.COMING
          || !(attempt || parts.has(PlantedBug.ROWS_OF_ANY_ATTEMPT))) {
        refuse(request, ProblemCode.INTERNAL, "rows of slot " + number + " are not wanted now");
        return;
      }
    }
    // Nothing that is decided for them here may be older than what was decided there.
    asked.rows().forEach(row -> loop.stamps().applied(stampOf(row)));
    long stamp = loop.stampNow();
    List<MoveStep.Row> kept = asked.rows().stream().filter(row -> !isOver(row, stamp)).toList();
    if (kept.isEmpty()) {
      loop.confirm(request, new Outcome.Done(0, NOTHING, false));
      return;
    }
    Proposal open = loop.proposal();
    kept.forEach(row -> add(open, row, stamp));
    open.batch().followers().add(new Batch.Follower(request, new Outcome.Done(0, NOTHING, false)));
    loop.propose();
  }

  private static long stampOf(MoveStep.Row row) {
    return row instanceof MoveStep.Recorded one ? one.record().stamp() : 0;
  }

  /** A record without events is only there for its reply. */
  private boolean isOver(MoveStep.Row row, long stamp) {
    return row instanceof MoveStep.Recorded one
        && one.record().events().isEmpty()
        && loop.repeats().expired(one.record().stamp(), stamp);
  }

  private void add(Proposal open, MoveStep.Row row, long stamp) {
    switch (row) {
      case MoveStep.Recorded one -> {
        CommandRecord record = one.record();
        CommandRecord.Origin origin = record.origin();
        byte[] key = Keys.record(Keys.prefixOf(one.key()), open.nextOffset());
        EntityAddress address = Keys.addressOf(key);
        boolean over = loop.repeats().expired(record.stamp(), stamp);
        long operation = over ? 0 : address.operationHash(origin.operationId());
        // Of a record with events nobody knows any more whether it was charged.
        long charged = record.events().isEmpty() ? Decider.charge(record.answer(), origin) : 0;
        open.imported(key, one.value(), operation, charged);
      }
      case MoveStep.Checkpoint one -> {
        // One that came before is applied: rows are asked for one page after the other.
        byte[] before =
            parts.has(PlantedBug.MOVED_CHECKPOINT_NOT_SUBTRACTED)
                ? null
                : parts.state().store().get(one.key());
        open.checkpoint(
            one.key(),
            one.checkpoint(),
            before == null ? 0 : EntryBuilder.rowHash(one.key(), before));
      }
      case MoveStep.Other one -> open.imported(one.key(), one.value(), 0, 0);
    }
  }

  // ---- expiry ----

  /**
   * What apply is to delete when the retention of an entry's replies ends: not the rows of slots
   * that left, which are final, nor of slots that came anew since, which are gone already.
   */
  OperationsRow ending(OperationsRow row) {
    if (slots.isEmpty() || parts.has(PlantedBug.EXPIRY_OF_WHAT_LEFT)) {
      return row;
    }
    List<OperationsRow.BareRow> ours = row.bare().stream().filter(this::isOurs).toList();
    return new OperationsRow(
        row.baseOffset(), row.stamp(), row.hashes(), row.offsets(), ours, row.charged());
  }

  private boolean isOurs(OperationsRow.BareRow row) {
    Slot slot = slots.of(Keys.slotOf(row.key(), 0));
    return slot.move() == 0
        || (slot.status() == Status.OWNED && Keys.offsetOf(row.key()) >= slot.since());
  }
}
