package dev.perdure.api;

import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The facts that the leader fixed for one command. Whatever of it matters later belongs into the
 * events: {@code evolve} does not see it.
 *
 * @param tenant the tenant in which the entity lives
 * @param entityId the entity's id
 * @param operationId the caller's idempotency key, or one assigned at the door
 * @param principal who asks
 * @param time the batch's time stamp; never goes back within a shard
 * @param seed source of {@link #random} and {@link #uuid}
 */
public record Operation(
    String tenant, String entityId, String operationId, String principal, Instant time, long seed) {

  /** A generator that starts from this operation's seed; every call starts anew. */
  public SplittableRandom random() {
    return new SplittableRandom(seed);
  }

  /**
   * A random (version 4) identifier, fixed for this operation.
   *
   * @param index which one, for operations that need several
   */
  public UUID uuid(int index) {
    SplittableRandom random = new SplittableRandom(seed ^ (0x9E3779B97F4A7C15L * (index + 1L)));
    long high = (random.nextLong() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }
}
