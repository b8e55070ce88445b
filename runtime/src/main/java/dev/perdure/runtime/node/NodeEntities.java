package dev.perdure.runtime.node;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.kernel.ProblemCode;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.History;
import dev.perdure.runtime.NodeHealth;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.CommandRecord;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.SlotTable;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.QuarantineException;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The door to this node's replicas: turns states into JSON on the caller's thread. */
final class NodeEntities implements Entities {

  private static final int HISTORY_LIMIT_MAX = 10_000;
  private static final long SECOND_NS = 1_000_000_000L;

  private final NodeOptions options;
  private final List<TypeRegistry> types;
  private final Function<EntityAddress, @Nullable Shard> shards;

  /**
   * The door to replicas of this node.
   *
   * @param shards gives the shard of an entity; null if this node has no replica of it now
   */
  NodeEntities(
      NodeOptions options,
      List<TypeRegistry> types,
      Function<EntityAddress, @Nullable Shard> shards) {
    this.options = options;
    this.types = types;
    this.shards = shards;
  }

  private static Outcome.Failed elsewhere(EntityAddress address) {
    return Outcome.Failed.retry(
        ProblemCode.NO_LEADER, "this node does not have slot " + address.slot(), 1000);
  }

  private @Nullable EntityModel stored(String type) {
    for (TypeRegistry one : types) {
      EntityModel model = one.stored(type);
      if (model != null) {
        return model;
      }
    }
    return null;
  }

  @Override
  public Waiting submit(EntityCommand command) {
    String given = command.operationId();
    String id = given == null ? options.entropy().uuid().toString() : given;
    Shard shard = shards.apply(command.address());
    return shard == null ? () -> elsewhere(command.address()) : shard.submit(command, id);
  }

  @Override
  public Outcome read(EntityAddress address, CallContext context, boolean stale) {
    EntityModel model = stored(address.type());
    if (model == null) {
      return Outcome.Failed.of(ProblemCode.UNKNOWN_TYPE, "no entity type '" + address.type() + "'");
    }
    Shard shard = shards.apply(address);
    if (shard == null) {
      return elsewhere(address);
    }
    try {
      if (stale) {
        NodeHealth.Shard health = shard.health();
        if (health.state() == NodeHealth.State.FAILED) {
          return Outcome.Failed.retry(ProblemCode.NO_LEADER, health.reason(), 1000);
        }
        SlotTable.Slot before = shard.slots().of(address.slot());
        Outcome stored = stored(shard, address, model);
        // Owned before and after: rows come before the slot is ours, and go after it was.
        boolean same = shard.slots().of(address.slot()).equals(before);
        return same && shard.slots().owns(address.slot()) ? stored : elsewhere(address);
      }
      Shard.StateAnswer read = shard.read(address, context);
      Object state = read.state();
      return read.answer() instanceof Outcome.Done done && state != null
          ? new Outcome.Done(done.version(), model.encodeState(state), false)
          : read.answer();
    } catch (QuarantineException e) {
      return Outcome.Failed.of(ProblemCode.ENTITY_QUARANTINED, String.valueOf(e.getMessage()));
    } catch (CorruptionException e) {
      return Outcome.Failed.of(ProblemCode.READ_ONLY, "the shard's store is damaged");
    }
  }

  private static Outcome stored(Shard shard, EntityAddress address, EntityModel model) {
    EntityLoader.Genesis current = new EntityLoader(shard.store()).current(address, model);
    return current.version() == 0
        ? Outcome.Failed.of(ProblemCode.NOT_FOUND, "entity '" + address.id() + "' has no events")
        : new Outcome.Done(current.version(), model.encodeState(current.state()), false);
  }

  @Override
  public History history(EntityAddress address, long after, int limit) {
    CallContext context = new CallContext("", "", options.clock().monotonicNs() + 5 * SECOND_NS);
    Shard shard = shards.apply(address);
    if (shard == null) {
      return new History.Failed(elsewhere(address));
    }
    if (shard.barrier(address, context) instanceof Outcome.Failed failed) {
      return new History.Failed(failed);
    }
    SlotTable.Slot before = shard.slots().of(address.slot());
    int wanted = Math.max(1, Math.min(limit, HISTORY_LIMIT_MAX));
    List<History.Event> events = new ArrayList<>();
    try (StateStore.Scan rows =
        shard.store().scan(Keys.record(address, 0), Keys.recordsEnd(address))) {
      for (; rows.valid() && events.size() <= wanted; rows.next()) {
        add(events, CommandRecord.read(rows.value()), Keys.offsetOf(rows.key()), after);
      }
    } catch (CorruptionException e) {
      return new History.Failed(
          Outcome.Failed.of(ProblemCode.READ_ONLY, "the shard's store is damaged"));
    }
    // Owned before and after, or rows may have come or gone meanwhile.
    SlotTable.Slot now = shard.slots().of(address.slot());
    if (!now.equals(before) || !shard.slots().owns(address.slot())) {
      return new History.Failed(elsewhere(address));
    }
    boolean more = events.size() > wanted;
    return new History.Page(List.copyOf(more ? events.subList(0, wanted) : events), more);
  }

  private static void add(
      List<History.Event> events, CommandRecord record, long offset, long after) {
    CommandRecord.Origin origin = record.origin();
    for (int i = 0; i < record.events().size(); i++) {
      long version = record.versionBefore() + i + 1;
      if (version > after) {
        StoredEvent event = record.events().get(i);
        events.add(
            new History.Event(
                event.name(),
                event.schemaVersion(),
                version,
                offset + i,
                record.stamp(),
                origin.operationId(),
                origin.principal(),
                origin.cause(),
                origin.trace(),
                event.json()));
      }
    }
  }

  @Override
  public OperationStatus operation(EntityAddress address, String operationId, CallContext context) {
    Shard shard = shards.apply(address);
    return shard == null
        ? new OperationStatus.Failed(elsewhere(address))
        : shard.operation(address, operationId, context);
  }
}
