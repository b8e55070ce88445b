package dev.perdure.runtime.queue;

import dev.perdure.api.Named;
import org.jspecify.annotations.Nullable;

/**
 * What a message is told. Nobody outside of the platform can send these. What a queue's settings
 * say comes with the command, because deciders know nothing of them.
 */
public sealed interface MessageCommand {

  /**
   * It begins. Nothing if it has begun with the same content.
   *
   * @param body JSON
   * @param delay microseconds before it may be leased
   */
  @Named("send")
  record Send(String body, int priority, long delay, @Nullable ReplyTo replyTo)
      implements MessageCommand {}

  /**
   * A worker wants it.
   *
   * @param token names the lease
   * @param time microseconds
   * @param by who
   */
  @Named("lease")
  record Lease(String token, long time, String by) implements MessageCommand {}

  /**
   * A worker needs it longer.
   *
   * @param time microseconds from now on
   */
  @Named("extend")
  record Extend(String token, long time) implements MessageCommand {}

  /**
   * A worker is done with it.
   *
   * @param result JSON; null if there is none
   */
  @Named("ack")
  record Ack(String token, @Nullable String result) implements MessageCommand {}

  /**
   * A worker gives it back.
   *
   * @param delay microseconds before it may be leased again
   * @param attemptsMax with so many it becomes a dead letter; 0 to have that at once
   */
  @Named("nack")
  record Nack(String token, long delay, String error, int attemptsMax) implements MessageCommand {}

  /** The time of a lease is over. Nothing if it is not. */
  @Named("expire")
  record Expire(String token, int attemptsMax) implements MessageCommand {}

  /**
   * The result was delivered, or cannot be.
   *
   * @param error why not; null if it was
   */
  @Named("replied")
  record Replied(@Nullable String error) implements MessageCommand {}

  /** A person wants a dead letter tried again, with all its attempts. */
  @Named("replay")
  record Replay(String reason) implements MessageCommand {}

  /** A person wants a dead letter forgotten. */
  @Named("discard")
  record Discard(String reason) implements MessageCommand {}
}
