package dev.perdure.runtime.wake;

import dev.perdure.runtime.record.EntityAddress;

/**
 * Is told of the wakes of some entity types, which then do not run {@code Entity.wake}. Told by the
 * loops of shards: it must neither block nor throw.
 */
public interface WakeListener {

  /**
   * A wake is due, on the leader of its shard. Told at least once per leadership and time, and
   * again every now and then as long as the entity's wake stays due: whoever is at work on it
   * already does nothing.
   *
   * @param dueMicros the time that the entity's state names, microseconds since 1970
   */
  void due(int shard, EntityAddress entity, long dueMicros);

  /**
   * This node began to lead a shard, or does not lead it any more. The wakes that are due are told
   * anew after a beginning.
   */
  void leads(int shard, boolean leading);
}
