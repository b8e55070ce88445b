package dev.perdure.runtime.shard;

import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.transact.Step;
import dev.perdure.runtime.transaction.TransactionCommand;
import dev.perdure.runtime.transaction.TransactionEntity;
import dev.perdure.runtime.type.CommandBody;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way: waiting, then taken by the loop, then answered. Whoever answers first wins;
 * who takes it before its deadline decides whether it was executed.
 */
final class Pending extends Request implements Submitted {

  /** So much of a body costs as much as a command. */
  private static final int COST_BYTES = 8 << 10;

  private final EntityCommand command;
  private final String operationId;
  private final long operationHash;
  private boolean again;
  private @Nullable Outcome prepared;
  private @Nullable CachedEntity entity;
  private @Nullable Object stateAfter;
  private long versionAfter;
  private @Nullable Batch batch;

  Pending(EntityCommand command, String operationId) {
    super(command.context());
    this.command = command;
    this.operationId = operationId;
    this.operationHash = command.address().operationHash(operationId);
  }

  EntityCommand command() {
    return command;
  }

  @Override
  EntityAddress address() {
    return command.address();
  }

  @Override
  public int cost() {
    return 1 + command.body().json().length / COST_BYTES;
  }

  /** True if the caller gave the operation id and may come back with it. */
  boolean keyed() {
    return command.operationId() != null;
  }

  /** The wake that it is; null if somebody gave it. */
  @Nullable WakeRow wake() {
    return command.body().value() instanceof Woken woken ? woken.row() : null;
  }

  @Override
  boolean finishes() {
    CommandBody body = command.body();
    boolean ofRecord = command.address().type().equals(TransactionEntity.TYPE);
    return body.value() instanceof Step
        || (ofRecord && !(body.value() instanceof TransactionCommand.Begin));
  }

  @Override
  boolean ends() {
    return finishes() && !(command.body().value() instanceof Step.Prepare);
  }

  String operationId() {
    return operationId;
  }

  long operationHash() {
    return operationHash;
  }

  /** The same operation, not just the same hash. */
  boolean sameOperation(Pending other) {
    return operationId.equals(other.operationId)
        && command.address().equals(other.command.address());
  }

  /** Given back, to be decided once more: it is known not to have taken effect. */
  void giveBack() {
    again = true;
    batch = null;
    prepared = null;
    entity = null;
    stateAfter = null;
    putBack();
  }

  /** True if it was proposed before, so that even an assigned operation id must be looked up. */
  boolean again() {
    return again;
  }

  /** Keeps the answer until the entry is applied. */
  void prepare(Outcome answer, CachedEntity on, Batch into) {
    prepared = answer;
    batch = into;
    entity = on;
  }

  /** Keeps the state that its events lead to. */
  void leadsTo(Object state, long version) {
    stateAfter = state;
    versionAfter = version;
  }

  /** The batch that it went into. */
  @Nullable Batch batch() {
    return batch;
  }

  @Nullable Outcome prepared() {
    return prepared;
  }

  @Nullable CachedEntity entity() {
    return entity;
  }

  @Nullable Object stateAfter() {
    return stateAfter;
  }

  long versionAfter() {
    return versionAfter;
  }

  /** Answers with what was prepared. */
  void finishPrepared() {
    Outcome answer = prepared;
    if (answer != null) {
      finish(answer);
    }
  }
}
