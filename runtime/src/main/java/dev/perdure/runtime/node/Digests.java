package dev.perdure.runtime.node;

import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EntryBuilder;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.shard.EntityLoader;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.type.EntityModel;
import dev.perdure.runtime.type.TypeRegistry;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Hashes over everything a node holds, so that two ways of getting to a state can be compared.
 * Reads all data; runs beside the work, but is exact only while nothing is written.
 */
public final class Digests {

  private final TypeRegistry types;
  private final Collection<Shard> shards;
  private final Clock clock;

  Digests(TypeRegistry types, Collection<Shard> shards, Clock clock) {
    this.types = types;
    this.shards = shards;
    this.clock = clock;
  }

  /**
   * The outcome.
   *
   * @param entities how many were hashed
   * @param events how many they have
   * @param state sum over entities of the hash of address, version and state
   * @param facts sum over stored rows of their hashes
   * @param tookMs how long it took
   */
  public record Digest(long entities, long events, long state, long facts, long tookMs) {}

  /** States as they are served, from checkpoints where there are usable ones. */
  public Digest served() {
    return digest(false);
  }

  /** States folded from the first event. */
  public Digest genesis() {
    return digest(true);
  }

  private Digest digest(boolean fromGenesis) {
    long start = clock.monotonicNs();
    Sums sums = new Sums(fromGenesis);
    for (Shard shard : shards) {
      sums.shard(shard);
    }
    return new Digest(
        sums.entities,
        sums.events,
        sums.state,
        sums.facts,
        (clock.monotonicNs() - start) / 1_000_000);
  }

  private final class Sums {
    private final boolean fromGenesis;
    private long entities;
    private long events;
    private long state;
    private long facts;

    Sums(boolean fromGenesis) {
      this.fromGenesis = fromGenesis;
    }

    void shard(Shard shard) {
      EntityLoader loader = new EntityLoader(shard.store());
      @Nullable EntityAddress last = null;
      try (StateStore.Scan rows =
          shard.store().scan(Keys.slot(0), Keys.slot(EntityAddress.SLOTS))) {
        for (; rows.valid(); rows.next()) {
          byte[] key = rows.key();
          if (!shard.slots().owns(Keys.slotOf(key, 0))) {
            continue; // what is only on its way, or not deleted yet, is another shard's
          }
          facts += EntryBuilder.rowHash(key, rows.value());
          EntityAddress address = Keys.addressOf(key);
          if (last == null || !address.equals(last)) {
            last = address;
            entity(loader, address);
          }
        }
      }
    }

    private void entity(EntityLoader loader, EntityAddress address) {
      EntityModel model = types.stored(address.type());
      if (model == null) {
        throw new StartException("no service reads entity type '" + address.type() + "'");
      }
      EntityLoader.Genesis folded =
          fromGenesis ? loader.genesis(address, model) : loader.current(address, model);
      ByteWriter out = new ByteWriter(256);
      out.u64(address.hash()).varint(folded.version()).blob(model.encodeState(folded.state()));
      entities++;
      events += folded.version();
      state += out.hash(0, out.size(), 0);
    }
  }
}
