package dev.perdure.runtime.wake;

import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Prepared;

/**
 * Is told of entities that a transaction has held for so long that somebody has to ask what became
 * of it. Told by the loops of shards: it must neither block nor throw.
 */
@FunctionalInterface
public interface LockListener {

  /** The leader of a shard holds it still. Told at least once per leadership, and now and then. */
  void overdue(int shard, EntityAddress entity, Prepared.Of of);
}
