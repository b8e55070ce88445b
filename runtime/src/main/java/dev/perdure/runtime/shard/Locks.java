package dev.perdure.runtime.shard;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.Build;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.transact.Step;
import dev.perdure.runtime.type.CommandBody;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Entities that transactions hold: decides their parts, and keeps other commands waiting, in order,
 * until the transaction is settled or their deadline has come. Loop thread.
 */
final class Locks {

  /** What led to a part's record: no caller's own command has it, whatever its operation id is. */
  private static final String CAUSE = "transaction";

  private static final byte[] NOTHING = {};
  private static final long RETRY_AFTER_MS = 1000;

  private final ShardParts parts;
  private final ShardLoop loop;
  private final Decider decider;
  private final Map<EntityAddress, Deque<Pending>> waiting = new HashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  Locks(ShardParts parts, ShardLoop loop, Decider decider) {
    this.parts = parts;
    this.loop = loop;
    this.decider = decider;
  }

  /** Commands that wait. Any thread. */
  int size() {
    return size.get();
  }

  /** The lock of an entity; null if it is free. */
  private static @Nullable Prepared of(CachedEntity entity) {
    WakeRow row = entity.wake();
    return row == null ? null : row.prepared();
  }

  /** True if a command has to wait, or was refused: a transaction holds its entity. */
  boolean holds(Pending command, CachedEntity entity) {
    // Whoever is new comes behind those that wait, also in the moment in which nobody holds it.
    boolean behind =
        !command.again()
            && waiting.containsKey(entity.address())
            && !(command.command().body().value() instanceof Step);
    if ((of(entity) == null && !behind) || parts.has(PlantedBug.LOCK_IGNORED)) {
      return false;
    }
    if (size() >= parts.limits().queueLengthMax()) {
      loop.fail(
          command, ProblemCode.OVERLOADED, size() + " commands wait for transactions already");
      return true;
    }
    waiting.computeIfAbsent(entity.address(), a -> new ArrayDeque<>()).add(command);
    size.incrementAndGet();
    return true;
  }

  /** Decides a part of a transaction. */
  void step(Pending command, Step step) {
    if (parts.level().getAsInt() < Build.TRANSACTIONS) {
      loop.fail(
          command,
          ProblemCode.COMMAND_DISABLED,
          "transactions need all nodes at level " + Build.TRANSACTIONS);
      return;
    }
    CachedEntity entity = decider.entity(command.command().address(), command);
    if (entity == null) {
      return;
    }
    switch (step) {
      case Step.Prepare prepare -> {
        prepare(command, prepare, entity);
        if (of(entity) == null) {
          release(entity.address()); // those behind it need not wait for it
        }
      }
      case Step.Settle settle -> settle(command, settle, entity);
    }
  }

  // ---- prepare ----

  private void prepare(Pending command, Step.Prepare prepare, CachedEntity entity) {
    Prepared lock = of(entity);
    if (lock != null && lock.of().equals(prepare.of())) {
      decider.answerUnrecorded(command, entity, prepared(entity, lock, true));
      return;
    }
    if (tookEffect(command) || holds(command, entity) || decider.refusedForQuota(command)) {
      return;
    }
    String invalid = prepare.command().invalid();
    if (invalid != null) {
      loop.fail(command, ProblemCode.INVALID_BODY, invalid);
      return;
    }
    if (decider.refusedForVersion(command, entity)) {
      return;
    }
    Proposal open = loop.proposal();
    switch (decider.tryOut(command, entity, prepare.command())) {
      case Deciding.Result.Failed failed -> loop.fail(command, failed.code(), failed.detail());
      case Deciding.Result.Rejected no ->
          decider.answerUnrecorded(
              command,
              entity,
              new Outcome.Rejected(no.code(), no.detail(), entity.speculativeVersion(), false));
      case Deciding.Result.Accepted accepted -> {
        Prepared kept =
            new Prepared(
                prepare.of(),
                origin(command, prepare.command()),
                accepted.reply(),
                accepted.events(),
                entity.wake());
        long until = open.batch().stamp() + prepare.holdMicros();
        decider.wakes().put(entity, WakeRow.held(until, entity.speculativeVersion(), kept));
        Outcome answer = prepared(entity, kept, false);
        if (parts.has(PlantedBug.VOTE_BEFORE_PREPARED)) {
          command.finish(answer);
        } else {
          open.batch().followers().add(new Batch.Follower(command, answer));
        }
      }
    }
  }

  private static Outcome prepared(CachedEntity entity, Prepared lock, boolean again) {
    long version = entity.speculativeVersion() + lock.events().size();
    return new Outcome.Done(version, lock.reply(), again);
  }

  private static CommandRecord.Origin origin(Pending command, CommandBody body) {
    return new CommandRecord.Origin(
        command.operationId(),
        body.fingerprint(),
        command.context().principal(),
        command.context().trace(),
        CAUSE);
  }

  /**
   * True if the transaction has taken effect here, which is answered then: what asks for it came
   * late, or a second time.
   */
  private boolean tookEffect(Pending command) {
    if (parts.has(PlantedBug.PREPARED_AFTER_COMMIT)) {
      return false;
    }
    Pending first = loop.repeats().inFlight(command);
    Outcome answer = first == null ? null : first.prepared();
    Batch batch = first == null ? null : first.batch();
    if (first != null && answer != null && batch != null) {
      boolean part = first.command().body().value() instanceof Step;
      Outcome again = part ? Repeats.replay(answer) : reused(command);
      batch.followers().add(new Batch.Follower(command, again));
      return true;
    }
    CommandRecord record =
        loop.repeats()
            .recorded(command.command().address(), command.operationId(), loop.stampNow());
    if (record == null) {
      return false;
    }
    boolean part =
        record.origin().cause().equals(CAUSE)
            && record.origin().fingerprint() == command.command().body().fingerprint();
    loop.confirm(command, part ? Repeats.replay(record) : reused(command));
    return true;
  }

  private static Outcome reused(Pending command) {
    return Outcome.Failed.of(
        ProblemCode.OPERATION_ID_REUSED,
        "operation id '" + command.operationId() + "' was used for something else");
  }

  // ---- settle ----

  private void settle(Pending command, Step.Settle settle, CachedEntity entity) {
    Prepared lock = of(entity);
    if (lock == null || !lock.of().equals(settle.of())) {
      decider.answerUnrecorded(
          command, entity, new Outcome.Done(entity.speculativeVersion(), NOTHING, true));
      return;
    }
    boolean commit = settle.commit() || parts.has(PlantedBug.ABORT_COMMITS);
    if (!commit) {
      decider.wakes().put(entity, lock.own());
      Outcome done = new Outcome.Done(entity.speculativeVersion(), NOTHING, false);
      loop.proposal().batch().followers().add(new Batch.Follower(command, done));
    } else if (!decider.settle(command, entity, lock)) {
      return;
    }
    release(entity.address());
  }

  /**
   * Gives back those that wait, up to the first that would hold the entity again: if it does not,
   * the others follow it. What is given back comes before what is new, so the order stays.
   */
  private void release(EntityAddress entity) {
    Deque<Pending> those = waiting.remove(entity);
    while (those != null && !those.isEmpty()) {
      Pending next = those.remove();
      size.decrementAndGet();
      loop.giveBack(next);
      if (next.command().body().value() instanceof Step && !those.isEmpty()) {
        waiting.put(entity, those);
        return;
      }
    }
  }

  private void releaseAll(@Nullable Deque<Pending> those) {
    if (those != null) {
      size.addAndGet(-those.size());
      those.forEach(loop::giveBack);
    }
  }

  // ---- those that wait ----

  /** Gives back what waits for entities of some slots. */
  void release(Predicate<EntityAddress> those) {
    for (EntityAddress one : waiting.keySet().stream().filter(those).toList()) {
      releaseAll(waiting.remove(one));
    }
  }

  private boolean isFree(EntityAddress entity) {
    CachedEntity known = decider.cache().get(entity);
    return known != null && of(known) == null;
  }

  /** Refuses what has waited until its deadline, and gives back what waits for nobody. */
  void expire(long nowNs) {
    if (size() == 0) {
      return;
    }
    release(this::isFree);
    for (Iterator<Map.Entry<EntityAddress, Deque<Pending>>> all = waiting.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<EntityAddress, Deque<Pending>> one = all.next();
      one.getValue().removeIf(command -> refusedAsLate(command, nowNs));
      if (one.getValue().isEmpty()) {
        all.remove();
      }
    }
  }

  private String holder(EntityAddress entity) {
    CachedEntity known = decider.cache().get(entity);
    Prepared lock = known == null ? null : of(known);
    return lock == null ? "a transaction" : lock.of().toString();
  }

  private boolean refusedAsLate(Pending command, long nowNs) {
    if (nowNs - command.context().deadlineNs() < 0) {
      return false;
    }
    size.decrementAndGet();
    loop.counters().failed();
    command.finish(
        Outcome.Failed.retry(
            ProblemCode.LOCKED,
            holder(command.command().address())
                + " holds '"
                + command.command().address().id()
                + "'",
            RETRY_AFTER_MS));
    return true;
  }
}
