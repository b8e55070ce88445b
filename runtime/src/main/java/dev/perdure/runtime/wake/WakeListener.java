package dev.perdure.runtime.wake;

import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Is told of the wakes of some entity types, which then do not run {@code Entity.wake}. Told by the
 * loops of shards: it must neither block nor throw, and not run an author's code.
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

  /**
   * Slots came to a shard that this node leads, or left it. Of what came, the wakes that are due
   * are told.
   *
   * @param owned says whether the shard owns a slot now
   */
  default void moved(int shard, IntPredicate owned) {}

  /**
   * An entity of the type decided a command, on the leader of its shard; that may still be lost
   * with the leadership.
   *
   * @param version of the entity
   * @param state as decided
   */
  default void decided(int shard, EntityAddress entity, long version, Object state) {}

  /**
   * Why a command is not to be decided, on the leader of its shard; null if it is.
   *
   * @param command its name
   * @param version of the entity; 0 if there is none
   */
  default Outcome.@Nullable Failed refusal(EntityAddress entity, String command, long version) {
    return null;
  }
}
