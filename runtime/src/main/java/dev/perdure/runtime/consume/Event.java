package dev.perdure.runtime.consume;

import dev.perdure.api.Delivery;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.subscription.DeadLetter;
import dev.perdure.runtime.type.SubscriptionModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * An event to be delivered, as it is stored.
 *
 * @param version of the entity after it
 * @param round how often a person had it tried again
 */
record Event(
    EntityAddress entity,
    long version,
    StoredEvent stored,
    long stamp,
    String operationId,
    int round) {

  static List<Event> of(EntityAddress entity, CommandRecord record) {
    List<Event> all = new ArrayList<>(record.events().size());
    long version = record.versionBefore();
    for (StoredEvent one : record.events()) {
      version++;
      all.add(new Event(entity, version, one, record.stamp(), record.origin().operationId(), 0));
    }
    return all;
  }

  /** Runs user code (constructors, upcasters). */
  Delivery<Object> delivery(SubscriptionModel model, int attempt) {
    return new Delivery<>(
        entity.tenant(),
        entity.type(),
        entity.id(),
        version,
        stored.name(),
        model.entity().decode(stored),
        Instant.EPOCH.plus(stamp, ChronoUnit.MICROS),
        operationId,
        attempt);
  }

  DeadLetter dead(String error, int attempts, long at) {
    return new DeadLetter(
        entity.tenant(),
        entity.type(),
        entity.id(),
        version,
        stored.name(),
        stamp,
        error,
        attempts,
        at,
        0,
        false);
  }
}
