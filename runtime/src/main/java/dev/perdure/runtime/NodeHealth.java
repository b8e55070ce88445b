package dev.perdure.runtime;

import java.util.List;

/**
 * What a node can do at this moment.
 *
 * @param writes true if a command would succeed now
 * @param reads true if a read would succeed now
 * @param shards one line per shard
 */
public record NodeHealth(boolean writes, boolean reads, List<Shard> shards) {

  /**
   * A shard's condition.
   *
   * @param state RECOVERING, READY, READ_ONLY, NO_LEADER, DRAINING or FAILED
   * @param reason why it is not READY, empty if it is
   */
  public record Shard(int shard, State state, String reason) {}

  /** What a shard does with work. */
  public enum State {
    RECOVERING,
    READY,
    READ_ONLY,
    NO_LEADER,
    DRAINING,
    FAILED
  }
}
