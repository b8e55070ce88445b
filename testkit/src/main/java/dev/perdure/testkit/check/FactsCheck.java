package dev.perdure.testkit.check;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.apply.ShardState;
import dev.perdure.runtime.inspect.WakeIndexCheck;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.record.OperationsRow;
import dev.perdure.runtime.record.WakeRow;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.QuarantineException;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import dev.perdure.runtime.type.Waking;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Compares what a replica holds with itself, with the committed log, and with the other ones. */
public final class FactsCheck {

  private final Consumer<Violation> violations;
  private final Map<Long, Long> hashAtIndex = new HashMap<>();

  public FactsCheck(Consumer<Violation> violations) {
    this.violations = violations;
  }

  private void report(Checker checker, String replica, String detail) {
    violations.accept(new Violation(checker, replica, replica + ": " + detail));
  }

  /** Replicas that stand at one index hold the same facts. */
  public void equal(String replica, ShardState state) {
    long index = state.applied().index();
    long hash = Arrays.hashCode(state.slotHashes());
    Long before = hashAtIndex.putIfAbsent(index, hash);
    if (before != null && before != hash) {
      report(
          Checker.REPLICAS_EQUAL, replica, "other slot hashes at index " + index + " than before");
    }
  }

  /** The incremental hashes are those of the rows. */
  public void recomputed(String replica, ShardState state) {
    long[] sums = new long[EntityAddress.SLOTS];
    try (StateStore.Scan rows = state.store().scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; rows.valid(); rows.next()) {
        sums[Keys.slotOf(rows.key(), 0)] += EntryBuilder.rowHash(rows.key(), rows.value());
      }
    }
    try {
      var _ = WakeIndexCheck.run(state.store());
    } catch (CorruptionException e) {
      report(Checker.FACTS, replica, String.valueOf(e.getMessage()));
    }
    long[] kept = state.slotHashes();
    for (int slot = 0; slot < sums.length; slot++) {
      if (sums[slot] != kept[slot]) {
        report(
            Checker.FACTS,
            replica,
            "hash of slot "
                + slot
                + " at index "
                + state.applied().index()
                + " is not that of its rows");
        return;
      }
    }
  }

  /** What each entity wants, by its state, is what stands in the log. */
  public void wakes(Map<EntityAddress, byte[]> states, TypeRegistry types, WakeLog log) {
    states.forEach(
        (entity, state) -> {
          EntityModel model = types.find(entity.type());
          if (model != null && model.wakes() && state.length > 0) {
            long wanted = model.wakeAt(model.decodeState(state));
            WakeRow row = log.of(entity);
            if (wanted != (row == null ? Waking.NONE : row.due())) {
              String detail = entity + " wants to be woken at " + wanted + ", but has " + row;
              violations.accept(new Violation(Checker.WAKES, entity.toString(), detail));
            }
          }
        });
  }

  /** Every row is what the log says, and no row is missing. */
  public void fromLog(String replica, ShardState state, ReferenceLog log) {
    if (state.applied().index() != log.acceptedIndex()) {
      report(
          Checker.FACTS,
          replica,
          "stands at index " + state.applied().index() + ", the log at " + log.acceptedIndex());
      return;
    }
    int seen = 0;
    try (StateStore.Scan rows = state.store().scan(new byte[0], Keys.slot(EntityAddress.SLOTS))) {
      seen += compare(replica, rows, log);
    }
    try (StateStore.Scan rows =
        state.store().scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
      seen += compare(replica, rows, log);
    }
    if (seen != log.rows().size()) {
      report(Checker.FACTS, replica, seen + " rows, by the log there are " + log.rows().size());
    }
    charges(replica, state, log);
    stream(replica, state.store(), log);
  }

  /** The stream has each record with events, and each change of slots, once and where it is. */
  private void stream(String replica, StateStore store, ReferenceLog log) {
    Map<Long, String> found = new LinkedHashMap<>();
    try (StateStore.Scan rows = store.scan(Keys.events(0), Keys.events(-1))) {
      for (; rows.valid(); rows.next()) {
        for (EventsRow.Item item : EventsRow.read(rows.value()).items()) {
          String what =
              switch (item) {
                case EventsRow.Recorded one ->
                    Keys.addressOf(one.prefix()) + (one.imported() ? " imported" : " decided");
                case EventsRow.Slots one -> one.change().status() + " " + one.change().slots();
              };
          if (found.put(item.offset(), what) != null) {
            report(Checker.FACTS, replica, "offset " + item.offset() + " is twice in the stream");
          }
        }
      }
    }
    if (!List.copyOf(found.entrySet()).equals(List.copyOf(log.stream().entrySet()))) {
      report(Checker.FACTS, replica, "the stream is not what the log says");
    }
  }

  private int compare(String replica, StateStore.Scan rows, ReferenceLog log) {
    int seen = 0;
    for (; rows.valid(); rows.next(), seen++) {
      if (!Arrays.equals(rows.value(), log.rows().get(rows.key()))) {
        report(
            Checker.FACTS,
            replica,
            "row " + Arrays.toString(rows.key()) + " is not what the log says");
      }
    }
    return seen;
  }

  private void charges(String replica, ShardState state, ReferenceLog log) {
    Map<String, Long> held = new HashMap<>();
    try (StateStore.Scan rows =
        state.store().scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
      for (; rows.valid(); rows.next()) {
        OperationsRow.read(rows.value())
            .charged()
            .forEach((tenant, bytes) -> held.merge(tenant, bytes, Long::sum));
      }
    }
    for (String tenant : log.replyBytes().keySet()) {
      long by = state.replyBytes(tenant);
      if (by != log.replyBytes().get(tenant) || by != held.getOrDefault(tenant, 0L)) {
        report(
            Checker.RETENTION,
            replica,
            "tenant " + tenant + " is charged " + by + " bytes, but holds " + held.get(tenant));
      }
    }
  }

  /** How many entries' replies a store keeps. */
  public static int operationsRows(StateStore store) {
    int count = 0;
    try (StateStore.Scan rows = store.scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
      for (; rows.valid(); rows.next()) {
        count++;
      }
    }
    return count;
  }

  /** No reply is kept that should have expired long ago. */
  public void expired(String replica, StateStore store, long beforeMicros) {
    try (StateStore.Scan rows = store.scan(Keys.operations(0), Keys.operations(Long.MAX_VALUE))) {
      if (rows.valid() && OperationsRow.read(rows.value()).stamp() < beforeMicros) {
        report(
            Checker.RETENTION,
            replica,
            "replies of "
                + OperationsRow.read(rows.value()).stamp()
                + " are still kept, all before "
                + beforeMicros
                + " should be gone");
      }
    }
  }

  /** The state as served is the state folded from the first event; gives the states as JSON. */
  public Map<EntityAddress, byte[]> folded(String replica, StateStore store, TypeRegistry types) {
    Map<EntityAddress, byte[]> states = new LinkedHashMap<>();
    EntityLoader loader = new EntityLoader(store);
    try (StateStore.Scan rows = store.scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
      for (; rows.valid(); rows.next()) {
        EntityAddress address = Keys.addressOf(rows.key());
        EntityModel model = types.find(address.type());
        if (model != null && !states.containsKey(address)) {
          states.put(address, fold(replica, loader, new Entity(address, model)));
        }
      }
    }
    return states;
  }

  private record Entity(EntityAddress address, EntityModel model) {}

  private byte[] fold(String replica, EntityLoader loader, Entity entity) {
    try {
      EntityLoader.Genesis genesis = loader.genesis(entity.address, entity.model);
      EntityLoader.Genesis served = loader.current(entity.address, entity.model);
      byte[] first = entity.model.encodeState(genesis.state());
      byte[] now = entity.model.encodeState(served.state());
      if (genesis.version() != served.version() || !Arrays.equals(first, now)) {
        report(
            Checker.FOLD,
            replica,
            entity.address
                + " is served as v"
                + served.version()
                + " "
                + new String(now, StandardCharsets.UTF_8)
                + ", but folds to v"
                + genesis.version()
                + " "
                + new String(first, StandardCharsets.UTF_8));
      }
      return now;
    } catch (QuarantineException e) {
      report(Checker.FOLD, replica, entity.address + " cannot be folded: " + e.getMessage());
      return new byte[0];
    }
  }
}
