package dev.perdure.runtime.type;

import dev.perdure.runtime.queue.MessageEntity;
import dev.perdure.runtime.saga.SagaEntity;
import dev.perdure.runtime.saga.SagaLimits;
import dev.perdure.runtime.subscription.SubscriptionEntity;
import dev.perdure.runtime.transaction.TransactionEntity;

/** The platform's own types, the same for every registry of a process. */
final class OwnTypes {

  static final EntityModel SUBSCRIPTIONS =
      new EntityModel(EntityShape.own(new SubscriptionEntity()), false);
  static final EntityModel TRANSACTIONS =
      new EntityModel(EntityShape.own(new TransactionEntity()), false);
  static final EntityModel MESSAGES = new EntityModel(EntityShape.own(new MessageEntity()), false);

  /** The record of every saga, whatever its name. */
  static final EntityShape.Parts SAGA = EntityShape.Parts.of(new SagaEntity(SagaLimits.defaults()));

  private OwnTypes() {}
}
