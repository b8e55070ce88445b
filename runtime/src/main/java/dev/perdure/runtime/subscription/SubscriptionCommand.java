package dev.perdure.runtime.subscription;

import dev.perdure.api.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a subscription's record is told. Nobody outside of the platform can send these. */
public sealed interface SubscriptionCommand {

  /** It begins behind an offset. Nothing if it has begun. */
  @Named("begin")
  record Begin(long after, long stamp) implements SubscriptionCommand {}

  /**
   * What its consumer did.
   *
   * @param rewinds how many rewinds it knew of; what was done before another one does not count
   * @param after it has done with everything up to this offset
   * @param stamp of the entry there
   * @param dead events that it gave up
   * @param coming all slots whose imported events it has not passed; null if that did not change
   * @param left all hand-overs that are its own to change; null if that did not change
   * @param passed true if it has passed what it was rewound over
   */
  @Named("advance")
  record Advance(
      int rewinds,
      long after,
      long stamp,
      List<DeadLetter> dead,
      @Nullable List<Coming> coming,
      @Nullable List<HandOver> left,
      boolean passed)
      implements SubscriptionCommand {
    public Advance {
      dead = List.copyOf(dead);
      coming = coming == null ? null : List.copyOf(coming);
      left = left == null ? null : List.copyOf(left);
    }
  }

  /** A person wants it to rest. */
  @Named("pause")
  record Pause(String reason) implements SubscriptionCommand {}

  /** A person wants it to go on. */
  @Named("resume")
  record Resume() implements SubscriptionCommand {}

  /**
   * A person wants events delivered again, or left out.
   *
   * @param after it goes on behind this offset
   * @param since events of an earlier stamp are left out until it is where it was; at least 1
   */
  @Named("rewind")
  record Rewind(long after, long since, String reason) implements SubscriptionCommand {}

  /** A person wants a dead letter tried again, or all of them. */
  @Named("replay")
  record Replay(@Nullable String id) implements SubscriptionCommand {}

  /** A person wants a dead letter forgotten, or all of them. */
  @Named("discard")
  record Discard(@Nullable String id, String reason) implements SubscriptionCommand {}

  /**
   * What became of trying a dead letter again.
   *
   * @param error why it failed; null if it did not
   */
  @Named("replayed")
  record Replayed(String id, @Nullable String error) implements SubscriptionCommand {}

  /** Who has the slots now has taken their hand-over into account. */
  @Named("taken")
  record Taken(long move, String slots) implements SubscriptionCommand {}
}
