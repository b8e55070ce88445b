package dev.perdure.runtime.consume;

import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.subscription.SubscriptionCommand;
import dev.perdure.runtime.subscription.SubscriptionState;
import dev.perdure.runtime.type.EntityModel;
import org.jspecify.annotations.Nullable;

/** Reads and changes the records of subscriptions, wherever they are. */
final class Records {

  /** Who does what nobody asked for. */
  static final String PLATFORM = "system:subscription";

  private static final String TENANT = "perdure";
  private static final long CALL_NS = 5_000_000_000L;

  private final ConsumeParts parts;
  private final EntityModel model;

  Records(ConsumeParts parts) {
    this.parts = parts;
    this.model = parts.types().subscriptionRecords();
  }

  /**
   * What was read.
   *
   * @param state null if there is none
   * @param problem why nothing can be said; null if it can
   */
  record Read(@Nullable SubscriptionState state, Outcome.@Nullable Failed problem) {}

  private EntityAddress address(String subscription, int shard) {
    return new EntityAddress(TENANT, model.name(), subscription + "/" + shard);
  }

  private CallContext context(String principal) {
    return new CallContext(principal, "", parts.nowNs() + CALL_NS);
  }

  Read read(String subscription, int shard) {
    return switch (parts.entities().read(address(subscription, shard), context(PLATFORM), false)) {
      case Outcome.Done done -> new Read((SubscriptionState) model.decodeState(done.body()), null);
      case Outcome.Rejected no -> throw new IllegalStateException(no.detail());
      case Outcome.Failed failed ->
          new Read(null, failed.code() == dev.perdure.kernel.ProblemCode.NOT_FOUND ? null : failed);
    };
  }

  Outcome send(String subscription, int shard, SubscriptionCommand command, String principal) {
    return parts
        .entities()
        .execute(
            new EntityCommand(
                address(subscription, shard),
                model.body(command),
                null,
                Precondition.NONE,
                context(principal)));
  }
}
