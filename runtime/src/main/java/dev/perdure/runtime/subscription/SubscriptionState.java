package dev.perdure.runtime.subscription;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscription got in one shard.
 *
 * @param begun false before it began
 * @param after everything up to this offset is done; -1 for nothing
 * @param stamp of the entry there; 0 if there is none
 * @param paused why it rests; null if it does not
 * @param rewinds how often it was rewound
 * @param since after a rewind, until that is passed, events of earlier stamps are left out and all
 *     others delivered; 0 else
 * @param dead oldest first
 * @param deaths how many dead letters there ever were
 */
public record SubscriptionState(
    boolean begun,
    long after,
    long stamp,
    @Nullable String paused,
    int rewinds,
    long since,
    List<DeadLetter> dead,
    List<Coming> coming,
    List<HandOver> left,
    long deaths) {

  /** So many dead letters of one shard are kept; then its consumer waits in place of adding one. */
  public static final int DEAD_MAX = 100;

  /** So many hand-overs are kept that nobody took yet. */
  static final int LEFT_MAX = 500;

  /** Before it began. */
  public static final SubscriptionState NOTHING_YET =
      new SubscriptionState(false, -1, 0, null, 0, 0, List.of(), List.of(), List.of(), 0);

  public SubscriptionState {
    dead = List.copyOf(dead);
    coming = List.copyOf(coming);
    left = List.copyOf(left);
  }

  SubscriptionState begun(long offset, long at) {
    return new SubscriptionState(
        true, offset, at, paused, rewinds, since, dead, coming, left, deaths);
  }

  SubscriptionState at(long offset, long at) {
    return new SubscriptionState(
        begun, offset, at, paused, rewinds, since, dead, coming, left, deaths);
  }

  SubscriptionState passed() {
    return new SubscriptionState(
        begun, after, stamp, paused, rewinds, 0, dead, coming, left, deaths);
  }

  SubscriptionState paused(@Nullable String why) {
    return new SubscriptionState(
        begun, after, stamp, why, rewinds, since, dead, coming, left, deaths);
  }

  SubscriptionState rewound(long offset, long from) {
    return new SubscriptionState(
        begun, offset, 0, paused, rewinds + 1, from, dead, List.of(), left, deaths);
  }

  SubscriptionState dead(List<DeadLetter> other, int more) {
    return new SubscriptionState(
        begun, after, stamp, paused, rewinds, since, other, coming, left, deaths + more);
  }

  SubscriptionState moves(List<Coming> nowComing, List<HandOver> nowLeft) {
    return new SubscriptionState(
        begun, after, stamp, paused, rewinds, since, dead, nowComing, nowLeft, deaths);
  }
}
