package dev.perdure.runtime.queue;

import org.jspecify.annotations.Nullable;

/**
 * Where a message stands. Times are microseconds since 1970.
 *
 * @param body JSON; empty once it is done
 * @param print fingerprint of what was sent
 * @param sentAt when it was sent
 * @param at when something last happened to it
 * @param readyAt not to be leased before that
 * @param attempts how often it was leased since it was sent or replayed
 * @param token of its newest lease; empty if there was none, or if that is over otherwise than by
 *     an ack
 * @param until when the lease is over
 * @param by who has it, or had it last
 * @param error why it was given back or died last; empty if it was not
 * @param replyTo null if nobody wants its result
 * @param result of the worker, until it is delivered; null if there is none
 */
public record MessageState(
    Phase phase,
    String body,
    int priority,
    long print,
    long sentAt,
    long at,
    long readyAt,
    int attempts,
    String token,
    long until,
    String by,
    String error,
    @Nullable ReplyTo replyTo,
    @Nullable String result) {

  /** What it waits for. */
  public enum Phase {
    /** There is no such message. */
    NONE,
    /** A worker, perhaps after some time. */
    READY,
    /** The worker that has it. */
    LEASED,
    /** A person. */
    DEAD,
    /** The saga that is to be told of the result. */
    REPLYING,
    /** Nothing. */
    DONE
  }

  static final MessageState NOTHING =
      new MessageState(Phase.NONE, "", 0, 0, 0, 0, 0, 0, "", 0, "", "", null, null);

  /** True if it may be leased now, as far as it knows. */
  public boolean readyAtOnce() {
    return phase == Phase.READY && readyAt <= at;
  }

  MessageState leased(MessageEvent.Leased lease) {
    return new MessageState(
        Phase.LEASED,
        body,
        priority,
        print,
        sentAt,
        lease.at(),
        readyAt,
        attempts + 1,
        lease.token(),
        lease.until(),
        lease.by(),
        error,
        replyTo,
        null);
  }

  MessageState extended(long to) {
    return new MessageState(
        phase, body, priority, print, sentAt, at, readyAt, attempts, token, to, by, error, replyTo,
        result);
  }

  MessageState ready(long from, String why, long now) {
    return new MessageState(
        Phase.READY,
        body,
        priority,
        print,
        sentAt,
        now,
        from,
        attempts,
        "",
        0,
        by,
        why,
        replyTo,
        null);
  }

  MessageState dead(String why, long now) {
    return new MessageState(
        Phase.DEAD, body, priority, print, sentAt, now, 0, attempts, "", 0, by, why, replyTo, null);
  }

  MessageState replayed(long now) {
    return new MessageState(
        Phase.READY, body, priority, print, sentAt, now, now, 0, "", 0, by, error, replyTo, null);
  }

  MessageState acked(@Nullable String given, long now) {
    boolean tells = replyTo != null && given != null;
    return new MessageState(
        tells ? Phase.REPLYING : Phase.DONE,
        "",
        priority,
        print,
        sentAt,
        now,
        0,
        attempts,
        token,
        0,
        by,
        "",
        replyTo,
        tells ? given : null);
  }

  MessageState done(String why) {
    return new MessageState(
        Phase.DONE, "", priority, print, sentAt, at, 0, attempts, token, 0, by, why, replyTo, null);
  }
}
