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

  /** By its shards: it can do what all of them can. */
  public static NodeHealth of(List<Shard> shards) {
    return new NodeHealth(
        shards.stream().allMatch(one -> one.state() == State.READY),
        shards.stream()
            .allMatch(one -> one.state() == State.READY || one.state() == State.READ_ONLY),
        shards);
  }

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
