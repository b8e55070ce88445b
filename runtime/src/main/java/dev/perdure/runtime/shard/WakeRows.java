package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EntryBuilder.WakeBefore;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.type.Waking;
import dev.perdure.runtime.wake.WakeListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an entity's wake row as its state wants it: each change of it goes into the entry of the
 * command that made it. Loop thread.
 */
final class WakeRows {

  private static final byte[] NOTHING = {};
  private static final long RETRY_FIRST_MICROS = 500_000;
  private static final long RETRY_MAX_MICROS = 600_000_000;
  private static final int DOUBLINGS_MAX = 16;

  private final ShardParts parts;
  private final ShardLoop loop;

  WakeRows(ShardParts parts, ShardLoop loop) {
    this.parts = parts;
    this.loop = loop;
  }

  /** Reads the row of an entity that was just loaded. */
  void load(CachedEntity entity) {
    // Neither who has no rows at all, nor who never wanted to be woken where nobody does.
    if (!parts.state().store().mayKnow(entity.address().prefix())
        || (!entity.model().wakes() && parts.state().wakes().size() == 0)) {
      return;
    }
    byte[] key = Keys.wake(entity.address());
    byte[] row = parts.state().store().get(key);
    if (row != null) {
      entity.wake(WakeRow.read(row), EntryBuilder.rowHash(key, row));
    }
  }

  /**
   * True if a wake is not to be run, which is answered then: the row that it was found in is not
   * there any more.
   */
  boolean refuses(Pending command, CachedEntity entity, long stamp) {
    WakeRow found = command.wake();
    if (found == null) {
      return false;
    }
    if (!found.equals(entity.wake()) && !parts.has(PlantedBug.WAKE_RUNS_TWICE)) {
      command.finish(new Outcome.Done(entity.speculativeVersion(), NOTHING, true));
      return true;
    }
    if (stamp < found.next() && !parts.has(PlantedBug.WAKE_BY_WALL_CLOCK)) {
      command.fail(ProblemCode.INTERNAL, "the wake is not due yet");
      return true;
    }
    return false;
  }

  /** A command was accepted: its entry tells of a change, if there is one. */
  void accepted(Pending command, CachedEntity entity, Deciding.Result.Accepted accepted) {
    WakeRow before = entity.wake();
    long due = accepted.wakeAt();
    WakeRow ran = command.wake();
    if (ran != null && ran.due() == due) {
      put(entity, ran.spent());
    } else if (due != (before == null ? Waking.NONE : before.due())) {
      put(entity, wanted(due, entity.speculativeVersion()));
    }
    WakeListener listener = parts.wakes().listener(entity.address().type());
    if (listener != null) {
      listener.decided(
          loop.wakes().shard(),
          entity.address(),
          entity.speculativeVersion(),
          entity.speculative());
    }
  }

  /** True if who is told of the type's wakes does not let a command in, which is answered then. */
  boolean refuses(Pending command, CachedEntity entity) {
    EntityAddress address = command.command().address();
    WakeListener listener = parts.wakes().listener(address.type());
    Outcome.Failed refusal =
        listener == null
            ? null
            : listener.refusal(
                address, command.command().body().command(), entity.speculativeVersion());
    if (refusal != null) {
      loop.counters().failed();
      command.finish(refusal);
    }
    return refusal != null;
  }

  /** A wake was rejected by the entity's own rules: it is over. */
  void rejected(Pending command, CachedEntity entity) {
    WakeRow ran = command.wake();
    if (ran != null) {
      put(entity, ran.spent());
    }
  }

  /** The row of an entity that wants to be woken at a time, or not at all. */
  static @Nullable WakeRow wanted(long due, long version) {
    return due == Waking.NONE ? null : WakeRow.at(due, version);
  }

  /** Puts a row, or takes it away, in the entry that is being put together. */
  void put(CachedEntity entity, @Nullable WakeRow row) {
    if (parts.level().getAsInt() < Build.WAKES) {
      return;
    }
    WakeRow before = entity.wake();
    WakeBefore was =
        before == null ? WakeBefore.NONE : new WakeBefore(entity.wakeHash(), before.next());
    Proposal open = loop.proposal();
    entity.wake(row, open.wake(entity.address(), row, was));
    // Perhaps no command is recorded with it; answers that saw it wait for it all the same.
    entity.speculate(entity.speculative(), entity.speculativeVersion(), open.batch());
    open.batch().changed(entity);
  }

  /**
   * A wake could not be run: it is put off, durably, so that a service that fails for all its
   * entities costs no memory and keeps nobody waiting. Answered when that is applied.
   */
  void failed(Pending command, Outcome.Failed failure) {
    WakeRow found = command.wake();
    if (found == null || loop.role() != ShardLoop.Role.LEADING) {
      command.finish(failure);
      return;
    }
    EntityAddress address = command.command().address();
    CachedEntity entity = loop.decider().cache().get(address);
    byte[] key = Keys.wake(address);
    byte[] stored = entity == null ? parts.state().store().get(key) : null;
    WakeRow now = entity != null ? entity.wake() : stored == null ? null : WakeRow.read(stored);
    if (!found.equals(now)) {
      command.finish(failure);
      return;
    }
    Proposal open = loop.proposal();
    WakeRow later = found.again(open.batch().stamp() + pause(found.attempts()));
    if (entity != null) {
      put(entity, later);
    } else if (stored != null) {
      open.wake(address, later, new WakeBefore(EntryBuilder.rowHash(key, stored), found.next()));
    }
    open.batch().followers().add(new Batch.Follower(command, failure));
  }

  private static long pause(int attempts) {
    return Math.min(RETRY_MAX_MICROS, RETRY_FIRST_MICROS << Math.min(attempts, DOUBLINGS_MAX));
  }
}
