package dev.perdure.runtime;

/**
 * Figures of a subscription in a shard that this node leads.
 *
 * @param lag offsets of the shard that it has not come to yet
 * @param lagMicros how old the first entry is that it has not come to; 0 if there is none
 * @param delivered events that were handled since it began here
 * @param failures attempts that failed since then
 * @param dead dead letters that wait for a person
 * @param error why it does not get on; empty if it does
 */
public record SubscriptionFigures(
    Of of,
    long lag,
    long lagMicros,
    long delivered,
    long failures,
    int dead,
    boolean paused,
    String error) {

  /** Which one, and where. */
  public record Of(String subscription, int shard) {}
}
