package dev.perdure.runtime.queue;

import dev.perdure.api.Decision;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Operation;
import dev.perdure.kernel.Hash64;
import dev.perdure.runtime.queue.MessageState.Phase;
import dev.perdure.runtime.record.EventsRow;
import dev.perdure.runtime.saga.SagaLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decider of every message. A lease has a token; who comes with another one than the newest is
 * refused. A lease whose time is over counts until that is recorded: the work of a worker that is a
 * little late, and that nobody else has begun, is not thrown away.
 */
@Named(EventsRow.HIDDEN_MESSAGES)
public final class MessageEntity implements Entity<MessageState, MessageCommand, MessageEvent> {

  /** Rejection: there is no such message. */
  public static final String NO_MESSAGE = "no-message";

  /** Rejection: a message of this id was sent with another content. */
  public static final String EXISTS = "message-exists";

  /** Rejection: it cannot be leased now. */
  public static final String NOT_READY = "not-ready";

  /** Rejection: the lease is over. */
  public static final String LEASE_LOST = "lease-lost";

  /** Rejection: the saga that waits for the result could not take it. */
  public static final String RESULT_TOO_LARGE = "result-too-large";

  /** Rejection: it is no dead letter. */
  public static final String NOT_DEAD = "not-dead";

  private static final int RESULT_MAX = SagaLimits.defaults().resultBytes();
  private static final String EXPIRED = "the worker did not answer before its lease was over";

  /**
   * The answer to every accepted command; short, because it is recorded.
   *
   * @param existing true if there was nothing to do
   * @param until when the lease is over, microseconds since 1970; 0 if there is none
   */
  public record Ack(boolean existing, long until) {}

  private static final Ack DONE = new Ack(false, 0);
  private static final Ack NOTHING_TO_DO = new Ack(true, 0);

  @Override
  public MessageState initial() {
    return MessageState.NOTHING;
  }

  @Override
  public Decision<MessageEvent> decide(
      MessageState state, MessageCommand command, Operation operation) {
    long at = micros(operation.time());
    if (command instanceof MessageCommand.Send send) {
      return send(state, send, at);
    }
    if (state.phase() == Phase.NONE) {
      return Decision.reject(NO_MESSAGE, "there is no such message");
    }
    String by = operation.principal();
    return switch (command) {
      case MessageCommand.Send ignored -> throw new IllegalStateException();
      case MessageCommand.Lease lease -> lease(state, lease, at);
      case MessageCommand.Extend extend ->
          holds(state, extend.token())
              ? Decision.accept(
                  new MessageEvent.Extended(at + extend.time()), new Ack(false, at + extend.time()))
              : lost(state);
      case MessageCommand.Ack ack -> ack(state, ack, at);
      case MessageCommand.Nack nack ->
          holds(state, nack.token())
              ? Decision.accept(
                  state.attempts() >= nack.attemptsMax()
                      ? new MessageEvent.Died(nack.error(), at)
                      : new MessageEvent.Released(at + nack.delay(), nack.error(), at),
                  DONE)
              : lost(state);
      case MessageCommand.Expire expire -> expire(state, expire, at);
      case MessageCommand.Replied replied ->
          state.phase() == Phase.REPLYING
              ? Decision.accept(new MessageEvent.Replied(replied.error()), DONE)
              : Decision.answer(NOTHING_TO_DO);
      case MessageCommand.Replay replay ->
          state.phase() == Phase.DEAD
              ? Decision.accept(new MessageEvent.Replayed(replay.reason(), by, at), DONE)
              : notDead(state);
      case MessageCommand.Discard discard ->
          state.phase() == Phase.DEAD
              ? Decision.accept(new MessageEvent.Discarded(discard.reason(), by), DONE)
              : notDead(state);
    };
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  private static Decision<MessageEvent> send(
      MessageState state, MessageCommand.Send send, long at) {
    if (state.phase() == Phase.NONE) {
      return Decision.accept(
          new MessageEvent.Sent(
              send.body(), send.priority(), at + send.delay(), send.replyTo(), at),
          DONE);
    }
    return state.print() == print(send.body())
        ? Decision.answer(NOTHING_TO_DO)
        : Decision.reject(EXISTS, "a message of this key was sent with another body");
  }

  private static Decision<MessageEvent> lease(
      MessageState state, MessageCommand.Lease lease, long at) {
    if (state.phase() != Phase.READY || state.readyAt() > at) {
      return Decision.reject(NOT_READY, "it is " + state.phase() + " and cannot be leased now");
    }
    long until = at + lease.time();
    return Decision.accept(
        new MessageEvent.Leased(lease.token(), until, lease.by(), at), new Ack(false, until));
  }

  private static Decision<MessageEvent> ack(MessageState state, MessageCommand.Ack ack, long at) {
    boolean acked = state.phase() == Phase.REPLYING || state.phase() == Phase.DONE;
    if (acked && !state.token().isEmpty() && state.token().equals(ack.token())) {
      return Decision.answer(NOTHING_TO_DO);
    }
    String result = ack.result();
    if (state.replyTo() != null && result != null && result.length() > RESULT_MAX) {
      return Decision.reject(
          RESULT_TOO_LARGE,
          "the result is "
              + result.length()
              + " characters of JSON, a saga takes at most "
              + RESULT_MAX);
    }
    return holds(state, ack.token())
        ? Decision.accept(
            new MessageEvent.Acked(state.replyTo() == null ? null : ack.result(), at), DONE)
        : lost(state);
  }

  private static Decision<MessageEvent> expire(
      MessageState state, MessageCommand.Expire expire, long at) {
    if (!holds(state, expire.token()) || state.until() > at) {
      return Decision.answer(NOTHING_TO_DO);
    }
    MessageEvent expired = new MessageEvent.Expired(at);
    return state.attempts() >= expire.attemptsMax()
        ? Decision.accept(List.of(expired, new MessageEvent.Died(EXPIRED, at)), DONE)
        : Decision.accept(expired, DONE);
  }

  private static boolean holds(MessageState state, String token) {
    return state.phase() == Phase.LEASED && state.token().equals(token);
  }

  private static Decision<MessageEvent> lost(MessageState state) {
    return Decision.reject(
        LEASE_LOST,
        switch (state.phase()) {
          case LEASED -> "the message is leased to '" + state.by() + "' since then";
          case READY -> "the lease is over and the message waits for another worker";
          case DEAD -> "the lease is over and the message is a dead letter";
          case NONE, REPLYING, DONE -> "the message was done by another lease";
        });
  }

  private static Decision<MessageEvent> notDead(MessageState state) {
    return Decision.reject(NOT_DEAD, "the message is " + state.phase() + ", not a dead letter");
  }

  private static long print(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Hash64.of(bytes, 0, bytes.length, 0);
  }

  @Override
  public MessageState evolve(MessageState state, MessageEvent event) {
    return switch (event) {
      case MessageEvent.Sent e ->
          new MessageState(
              Phase.READY,
              e.body(),
              e.priority(),
              print(e.body()),
              e.at(),
              e.at(),
              e.readyAt(),
              0,
              "",
              0,
              "",
              "",
              e.replyTo(),
              null);
      case MessageEvent.Leased e -> state.leased(e);
      case MessageEvent.Extended e -> state.extended(e.until());
      case MessageEvent.Acked e -> state.acked(e.result(), e.at());
      case MessageEvent.Released e -> state.ready(e.readyAt(), e.error(), e.at());
      case MessageEvent.Expired e -> state.ready(e.at(), EXPIRED, e.at());
      case MessageEvent.Died e -> state.dead(e.error(), e.at());
      case MessageEvent.Replied e -> state.done(e.error() == null ? "" : e.error());
      case MessageEvent.Replayed e -> state.replayed(e.at());
      case MessageEvent.Discarded e -> state.done(e.reason());
    };
  }

  @Override
  public @Nullable Instant wakeAt(MessageState state) {
    return switch (state.phase()) {
      case NONE, DONE -> null;
      case READY -> instant(state.readyAt());
      case LEASED -> instant(state.until());
      case DEAD -> NEVER;
      case REPLYING -> instant(state.at());
    };
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
