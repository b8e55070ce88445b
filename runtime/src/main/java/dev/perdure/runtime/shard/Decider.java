package dev.perdure.runtime.shard;

import dev.perdure.api.Operation;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.transact.Step;
import dev.perdure.runtime.type.CommandBody;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.Waking;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one command to its decision, in the order that callers rely on: recorded reply, validation,
 * precondition, decide. Loop thread.
 */
final class Decider {

  private static final Logger LOG = LoggerFactory.getLogger(Decider.class);

  private static final int STUCK_MAX = 2;
  private static final int ID_CHARGE_BYTES = 16;

  private final ShardParts parts;
  private final Limits limits;
  private final ShardLoop loop;
  private final Repeats repeats;
  private final EntityCache cache;
  private final EntityLoader loader;
  private final Deciding deciding;
  private final UserCode userCode;
  private final WakeRows wakes;
  private final Locks locks;
  private final Map<String, Integer> stuck = new HashMap<>();
  private final Set<EntityAddress> quarantined = new HashSet<>();
  private @Nullable Request current;
  private long loaded;

  Decider(ShardParts parts, ShardLoop loop, Repeats repeats, UserCode userCode) {
    this.parts = parts;
    this.limits = parts.limits();
    this.loop = loop;
    this.repeats = repeats;
    this.userCode = userCode;
    this.wakes = new WakeRows(parts, loop);
    this.locks = new Locks(parts, loop, this);
    this.cache = new EntityCache(parts);
    this.loader = new EntityLoader(parts.state().store(), parts.has(PlantedBug.STALE_FOLD));
    this.deciding = new Deciding(limits, parts.has(PlantedBug.EVOLVE_NOT_TRIED));
  }

  EntityCache cache() {
    return cache;
  }

  long loaded() {
    return loaded;
  }

  WakeRows wakes() {
    return wakes;
  }

  Locks locks() {
    return locks;
  }

  /** The request being handled, so that whoever takes over can answer for it. */
  void current(@Nullable Request request) {
    current = request;
  }

  /** Decides one command that was taken. */
  void decide(Pending command, long nowNs) {
    EntityCommand asked = command.command();
    if (loop.ownership().refuses(command, asked.address())) {
      return;
    }
    if (nowNs - asked.context().deadlineNs() >= 0 && !parts.has(PlantedBug.DEADLINE_NOT_CHECKED)) {
      loop.fail(command, ProblemCode.DEADLINE_EXCEEDED, "the deadline passed before the decision");
    } else if (asked.body().value() instanceof Step step) {
      locks.step(command, step);
    } else if (!repeated(command)) {
      String refusal = asked.body().invalid();
      if (refusal != null) {
        loop.fail(command, ProblemCode.INVALID_BODY, refusal);
      } else if (!refusedForQuota(command) && !refusedAsDisabled(command)) {
        decideAnew(command);
      }
    }
  }

  private boolean repeated(Pending command) {
    if (!command.keyed() && !command.again()) {
      return false;
    }
    CommandBody body = command.command().body();
    Pending first = repeats.inFlight(command);
    if (first != null && !parts.has(PlantedBug.REPEAT_IN_FLIGHT_RUNS)) {
      Outcome answer = first.prepared();
      Batch batch = first.batch();
      if (answer == null || batch == null) {
        throw new IllegalStateException("operation in flight without an answer");
      }
      if (!reused(first.command().body().fingerprint(), body)) {
        loop.counters().joined();
        batch.followers().add(new Batch.Follower(command, Repeats.replay(answer)));
      } else if (parts.has(PlantedBug.REUSE_REFUSED_EARLY)) {
        refuseReuse(command);
      } else {
        // The first may still be lost, and then nobody used the id before this one.
        batch.followers().add(new Batch.Follower(command, reuse(command)));
      }
      return true;
    }
    CommandRecord record =
        repeats.recorded(command.command().address(), command.operationId(), loop.stampNow());
    if (record == null) {
      return false;
    }
    if (reused(record.origin().fingerprint(), body)) {
      refuseReuse(command);
    } else {
      loop.counters().replayed();
      loop.confirm(command, replayOf(command, record));
    }
    return true;
  }

  /** A caller that merely waited through a change of leaders is not told of a repeat. */
  private static Outcome replayOf(Pending command, CommandRecord record) {
    Outcome replay = Repeats.replay(record);
    if (!command.again()) {
      return replay;
    }
    return switch (replay) {
      case Outcome.Done done -> new Outcome.Done(done.version(), done.body(), false);
      case Outcome.Rejected no -> new Outcome.Rejected(no.code(), no.detail(), no.version(), false);
      case Outcome.Failed failed -> failed;
    };
  }

  private boolean reused(long fingerprint, CommandBody body) {
    return fingerprint != body.fingerprint() && !parts.has(PlantedBug.FINGERPRINT_IGNORED);
  }

  private void refuseReuse(Pending command) {
    loop.counters().failed();
    command.finish(reuse(command));
  }

  private static Outcome reuse(Pending command) {
    return Outcome.Failed.of(
        ProblemCode.OPERATION_ID_REUSED,
        "operation id '" + command.operationId() + "' was used with another command or body");
  }

  boolean refusedForQuota(Pending command) {
    if (!command.keyed()) {
      return false;
    }
    String tenant = command.command().address().tenant();
    long bytes = parts.state().replyBytes(tenant);
    if (bytes < limits.replyBytesPerTenantMax()) {
      return false;
    }
    if (!parts.has(PlantedBug.QUOTA_NEVER_GIVEN_BACK)) {
      loop.proposal(); // what has expired is given back also while everything is refused
    }
    loop.fail(
        command,
        ProblemCode.OPERATION_QUOTA,
        "tenant '"
            + tenant
            + "' holds "
            + bytes
            + " bytes of recorded replies, at most "
            + limits.replyBytesPerTenantMax()
            + " are allowed");
    return true;
  }

  private boolean refusedAsDisabled(Pending command) {
    if (stuck.isEmpty()) {
      return false;
    }
    String name = commandName(command);
    if (stuck.getOrDefault(name, 0) < STUCK_MAX) {
      return false;
    }
    loop.fail(
        command,
        ProblemCode.COMMAND_DISABLED,
        "'"
            + name
            + "' did not end within "
            + limits.decideTimeMax().toMillis()
            + " ms "
            + STUCK_MAX
            + " times");
    return true;
  }

  /** The current request's user code overran and its thread lost the shard. */
  void overrun() {
    Request overrun = current;
    current = null;
    if (overrun instanceof Pending command) {
      stuck.merge(commandName(command), 1, Integer::sum);
    }
    if (overrun != null) {
      loop.fail(
          overrun,
          ProblemCode.DECIDE_TIMEOUT,
          "the service's code did not end within " + limits.decideTimeMax().toMillis() + " ms");
    }
  }

  int stuckThreads() {
    return stuck.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String commandName(Pending command) {
    CommandBody body = command.command().body();
    CommandBody own = body.value() instanceof Step.Prepare part ? part.command() : body;
    return command.command().address().type() + "." + own.command();
  }

  private void decideAnew(Pending command) {
    CachedEntity entity = entity(command.command().address(), command);
    if (entity == null
        || (command.wake() == null && locks.holds(command, entity))
        || refusedForVersion(command, entity)
        || wakes.refuses(command, entity)) {
      return;
    }
    Proposal proposal = loop.proposal();
    if (wakes.refuses(command, entity, proposal.batch().stamp())) {
      return;
    }
    switch (run(command, entity, command.command().body(), checkpointDue(entity))) {
      case Deciding.Result.Failed failed -> loop.fail(command, failed.code(), failed.detail());
      case Deciding.Result.Rejected rejected -> reject(command, entity, rejected);
      case Deciding.Result.Accepted accepted -> accept(command, entity, accepted);
    }
  }

  private boolean checkpointDue(CachedEntity entity) {
    return entity.speculativeVersion() + 1 - entity.checkpointVersion() >= limits.checkpointEvery();
  }

  private Deciding.Result run(
      Pending command, CachedEntity entity, CommandBody body, boolean withState) {
    Operation operation = operation(command, loop.proposal().batch().stamp());
    Object value = body.value();
    if (value == null) {
      throw new IllegalStateException("a valid body has a value");
    }
    Deciding.Input input =
        new Deciding.Input(entity.model(), entity.speculative(), value, operation, withState);
    return userCode.run(() -> deciding.decide(input));
  }

  /** Decides what a transaction asks of an entity, and leaves it at that. */
  Deciding.Result tryOut(Pending command, CachedEntity entity, CommandBody body) {
    return stuck.getOrDefault(commandName(command), 0) < STUCK_MAX
        ? run(command, entity, body, false)
        : new Deciding.Result.Failed(
            ProblemCode.COMMAND_DISABLED, "'" + commandName(command) + "' did not end in time");
  }

  /** Does what a transaction has prepared; false if today's code cannot read it. */
  boolean settle(Pending command, CachedEntity entity, Prepared lock) {
    if (stuck.getOrDefault(commandName(command), 0) >= STUCK_MAX) {
      loop.fail(
          command, ProblemCode.COMMAND_DISABLED, "'" + commandName(command) + "' hung repeatedly");
      return false;
    }
    Deciding.Evolving evolving =
        new Deciding.Evolving(entity.model(), entity.speculative(), checkpointDue(entity));
    switch (userCode.run(() -> deciding.settle(evolving, lock))) {
      case Deciding.Result.Accepted accepted -> {
        WakeRow own = lock.own();
        boolean same = accepted.wakeAt() == (own == null ? Waking.NONE : own.due());
        long version = entity.speculativeVersion() + lock.events().size();
        put(command, entity, lock.origin(), accepted);
        wakes.put(entity, same ? own : WakeRows.wanted(accepted.wakeAt(), version));
        return true;
      }
      case Deciding.Result.Failed failed -> loop.fail(command, failed.code(), failed.detail());
      case Deciding.Result.Rejected ignored -> throw new IllegalStateException("it was accepted");
    }
    return false;
  }

  private Operation operation(Pending command, long stamp) {
    EntityAddress address = command.command().address();
    return new Operation(
        address.tenant(),
        address.id(),
        command.operationId(),
        command.context().principal(),
        Instant.ofEpochSecond(stamp / 1_000_000, stamp % 1_000_000 * 1000),
        parts.entropy().nextLong());
  }

  /**
   * The entity, from the cache or folded from the store; null if the command was answered instead.
   */
  @Nullable CachedEntity entity(EntityAddress address, Request request) {
    CachedEntity cached = cache.get(address);
    if (cached != null) {
      return cached;
    }
    EntityModel model = parts.types().stored(address.type());
    if (model == null) {
      loop.fail(request, ProblemCode.UNKNOWN_TYPE, "no entity type '" + address.type() + "'");
      return null;
    }
    try {
      CachedEntity.Folded folded = userCode.run(() -> loader.load(address, model));
      CachedEntity entity = new CachedEntity(address, model, folded);
      wakes.load(entity);
      loaded++;
      cache.add(entity);
      quarantined.remove(address);
      return entity;
    } catch (QuarantineException e) {
      if (quarantined.add(address)) {
        LOG.error("entity quarantined: {}", e.getMessage(), e);
      }
      loop.fail(request, ProblemCode.ENTITY_QUARANTINED, String.valueOf(e.getMessage()));
      return null;
    } catch (CorruptionException e) {
      loop.damaged(e);
      loop.fail(request, ProblemCode.READ_ONLY, "the shard's store is damaged");
      return null;
    }
  }

  boolean refusedForVersion(Pending command, CachedEntity entity) {
    long version = entity.speculativeVersion();
    String wanted =
        switch (command.command().precondition()) {
          case EntityCommand.Precondition.None ignored -> "";
          case EntityCommand.Precondition.Version v ->
              v.version() == version ? "" : "version " + v.version();
          case EntityCommand.Precondition.NoEvents ignored -> version == 0 ? "" : "no events";
        };
    if (wanted.isEmpty() || parts.has(PlantedBug.PRECONDITION_IGNORED)) {
      return false;
    }
    Outcome answer =
        new Outcome.Failed(
            ProblemCode.VERSION_MISMATCH,
            wanted + " was demanded, the entity has version " + version,
            version,
            0);
    answerUnrecorded(command, entity, answer);
    return true;
  }

  private void reject(Pending command, CachedEntity entity, Deciding.Result.Rejected rejected) {
    long version = entity.speculativeVersion();
    Outcome answer = new Outcome.Rejected(rejected.code(), rejected.detail(), version, false);
    loop.counters().rejected();
    if (command.keyed() && !parts.has(PlantedBug.REJECTION_NOT_RECORDED)) {
      byte[] detail = rejected.detail().getBytes(StandardCharsets.UTF_8);
      CommandRecord.Answer no = new CommandRecord.Answer(rejected.code(), detail);
      record(command, entity, origin(command), new Recorded(no, List.of()));
      prepare(command, entity, answer);
    } else {
      wakes.rejected(command, entity);
      answerUnrecorded(command, entity, answer);
    }
  }

  private void accept(Pending command, CachedEntity entity, Deciding.Result.Accepted accepted) {
    if (accepted.events().isEmpty() && !command.keyed()) {
      wakes.accepted(command, entity, accepted);
      answerUnrecorded(
          command, entity, new Outcome.Done(entity.speculativeVersion(), accepted.reply(), false));
      return;
    }
    put(command, entity, origin(command), accepted);
    wakes.accepted(command, entity, accepted);
  }

  private void put(
      Pending command,
      CachedEntity entity,
      CommandRecord.Origin origin,
      Deciding.Result.Accepted accepted) {
    long version = entity.speculativeVersion() + accepted.events().size();
    CommandRecord.Answer reply = new CommandRecord.Answer(null, accepted.reply());
    record(command, entity, origin, new Recorded(reply, accepted.events()));
    if (!accepted.events().isEmpty()) {
      entity.speculate(accepted.state(), version, loop.proposal().batch());
      command.leadsTo(accepted.state(), version);
    }
    byte[] json = accepted.stateJson();
    if (json != null) {
      checkpoint(entity, version, json);
    }
    prepare(command, entity, new Outcome.Done(version, accepted.reply(), false));
  }

  private static CommandRecord.Origin origin(Pending command) {
    return new CommandRecord.Origin(
        command.operationId(),
        command.command().body().fingerprint(),
        command.context().principal(),
        command.context().trace(),
        "");
  }

  private record Recorded(CommandRecord.Answer answer, List<StoredEvent> events) {}

  private void record(
      Pending command, CachedEntity entity, CommandRecord.Origin origin, Recorded recorded) {
    Proposal proposal = loop.proposal();
    long charged = command.keyed() ? charge(recorded.answer, origin) : 0;
    proposal.command(
        command,
        new CommandRecord(
            entity.speculativeVersion(),
            proposal.batch().stamp(),
            origin,
            recorded.answer,
            recorded.events),
        charged);
  }

  /** Bytes that a keyed command's recorded reply counts for its tenant. */
  static long charge(CommandRecord.Answer answer, CommandRecord.Origin origin) {
    return (long) answer.body().length + origin.operationId().length() + ID_CHARGE_BYTES;
  }

  private void prepare(Pending command, CachedEntity entity, Outcome answer) {
    Batch batch = loop.proposal().batch();
    entity.speculate(entity.speculative(), entity.speculativeVersion(), batch);
    command.prepare(answer, entity, batch);
    repeats.started(command);
  }

  private void checkpoint(CachedEntity entity, long version, byte[] json) {
    long replaced = parts.has(PlantedBug.REPLACED_ROW_NOT_SUBTRACTED) ? 0 : entity.checkpointHash();
    long claimed = parts.has(PlantedBug.CHECKPOINT_TOO_NEW) ? version + 1 : version;
    int before = entity.weight();
    long hash = loop.proposal().checkpoint(entity, claimed, json, replaced);
    entity.checkpointed(version, hash, json.length);
    cache.reweigh(before, entity.weight());
  }

  /** Answers once everything the answer saw is applied. */
  void answerUnrecorded(Pending command, CachedEntity entity, Outcome answer) {
    Batch saw = entity.lastBatch();
    if (saw != null && !parts.has(PlantedBug.ANSWER_FROM_SPECULATION)) {
      saw.followers().add(new Batch.Follower(command, answer));
    } else {
      loop.confirm(command, answer);
    }
  }
}
