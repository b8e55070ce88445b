package dev.perdure.runtime.queue;

import dev.perdure.api.Named;
import org.jspecify.annotations.Nullable;

/** What happened to a message. Times are microseconds since 1970. */
public sealed interface MessageEvent {

  @Named("sent")
  record Sent(String body, int priority, long readyAt, @Nullable ReplyTo replyTo, long at)
      implements MessageEvent {}

  @Named("leased")
  record Leased(String token, long until, String by, long at) implements MessageEvent {}

  @Named("extended")
  record Extended(long until) implements MessageEvent {}

  /** Done, or done but for the delivery of the result. */
  @Named("acked")
  record Acked(@Nullable String result, long at) implements MessageEvent {}

  /** A worker gave it back. */
  @Named("released")
  record Released(long readyAt, String error, long at) implements MessageEvent {}

  /** Nothing was heard of the worker. */
  @Named("expired")
  record Expired(long at) implements MessageEvent {}

  /** It is a dead letter. */
  @Named("died")
  record Died(String error, long at) implements MessageEvent {}

  @Named("replied")
  record Replied(@Nullable String error) implements MessageEvent {}

  @Named("replayed")
  record Replayed(String reason, String by, long at) implements MessageEvent {}

  @Named("discarded")
  record Discarded(String reason, String by) implements MessageEvent {}
}
