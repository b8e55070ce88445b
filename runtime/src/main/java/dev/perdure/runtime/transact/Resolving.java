package dev.perdure.runtime.transact;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;
import dev.perdure.runtime.transaction.TransactionCommand;
import dev.perdure.runtime.transaction.TransactionEntity;
import dev.perdure.runtime.transaction.TransactionState.Status;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.Values;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How an entity that is held gets free: the transaction's record is asked, then the entity told.
 * What is to be sent may be sent again. Pure; one thread.
 */
public final class Resolving {

  private final EntityModel model;
  private final EntityAddress entity;
  private final Prepared.Of of;
  private @Nullable Boolean commit;
  private boolean done;

  /**
   * An entity that is held.
   *
   * @param model of transactions' records
   */
  public Resolving(EntityModel model, EntityAddress entity, Prepared.Of of) {
    this.model = model;
    this.entity = entity;
    this.of = of;
  }

  /** What is to be sent now. */
  public EntityCommand toSend(CallContext context) {
    Boolean known = commit;
    if (known == null) {
      return new EntityCommand(
          new EntityAddress(entity.tenant(), TransactionEntity.TYPE, of.transaction()),
          model.body(new TransactionCommand.Resolve(of.attempt())),
          null,
          Precondition.NONE,
          context);
    }
    return new EntityCommand(
        entity,
        new Step.Settle(of, known).body(),
        Step.operationId(of.transaction()),
        Precondition.NONE,
        context);
  }

  /** What came of it; gives how long to wait before the next. */
  public long answered(Outcome outcome) {
    if (!(outcome instanceof Outcome.Done answer)) {
      return 0;
    }
    if (commit != null) {
      done = true;
      return 0;
    }
    TransactionEntity.Verdict verdict =
        Values.read(
            new String(answer.body(), StandardCharsets.UTF_8), TransactionEntity.Verdict.class);
    boolean same = verdict.attempt() == of.attempt();
    if (same && verdict.status() == Status.OPEN) {
      return verdict.waitMicros() * 1000;
    }
    commit = same && verdict.status() == Status.COMMITTED;
    return 0;
  }

  @Override
  public String toString() {
    return of + " at " + entity;
  }

  /** True when the entity is free. */
  public boolean done() {
    return done;
  }
}
