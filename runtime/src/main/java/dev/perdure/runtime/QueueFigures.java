package dev.perdure.runtime;

/**
 * What a queue holds in a shard that this node leads.
 *
 * @param of which
 * @param now what there is
 * @param total what happened here since this node leads the shard
 */
public record QueueFigures(Of of, Now now, Total total) {

  /** A queue in a shard. */
  public record Of(String queue, int shard) {}

  /**
   * Messages by what they wait for.
   *
   * @param ready for a worker
   * @param delayed for their time
   * @param leased for the worker that has them
   * @param dead for a person
   * @param replying for the saga that is to take the result
   * @param oldestMicros how long the first of the ready ones has been ready
   */
  public record Now(
      long ready, long delayed, long leased, long dead, long replying, long oldestMicros) {}

  /**
   * What happened.
   *
   * @param leased leases
   * @param acked messages that were done
   * @param returned leases that ended otherwise, and the message is to be tried again
   * @param died messages that became dead letters
   */
  public record Total(long leased, long acked, long returned, long died) {}
}
