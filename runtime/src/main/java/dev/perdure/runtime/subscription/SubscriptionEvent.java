package dev.perdure.runtime.subscription;

import dev.perdure.api.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a subscription in one shard. */
public sealed interface SubscriptionEvent {

  @Named("begun")
  record Begun(long after, long stamp) implements SubscriptionEvent {}

  @Named("advanced")
  record Advanced(long after, long stamp) implements SubscriptionEvent {}

  @Named("died")
  record Died(DeadLetter letter) implements SubscriptionEvent {}

  @Named("slots-changed")
  record SlotsChanged(List<Coming> coming, List<HandOver> left) implements SubscriptionEvent {
    public SlotsChanged {
      coming = List.copyOf(coming);
      left = List.copyOf(left);
    }
  }

  @Named("paused")
  record Paused(String reason, String by) implements SubscriptionEvent {}

  @Named("resumed")
  record Resumed(String by) implements SubscriptionEvent {}

  @Named("rewound")
  record Rewound(long after, long since, String reason, String by) implements SubscriptionEvent {}

  /** What it was rewound over is passed. */
  @Named("passed")
  record Passed() implements SubscriptionEvent {}

  /**
   * Dead letters are to be tried again.
   *
   * @param id null for all
   */
  @Named("replay-asked")
  record ReplayAsked(@Nullable String id, String by) implements SubscriptionEvent {}

  /**
   * Dead letters are forgotten.
   *
   * @param id null for all
   */
  @Named("discarded")
  record Discarded(@Nullable String id, String reason, String by) implements SubscriptionEvent {}

  /**
   * A dead letter was tried again.
   *
   * @param error null if it was handled
   */
  @Named("replayed")
  record Replayed(String id, @Nullable String error) implements SubscriptionEvent {}
}
