package dev.perdure.runtime;

import dev.perdure.api.Queue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door to queues, of all shards, on any node. Thread-safe; what a caller did wrong is an
 * answer.
 */
public interface Queues {

  /** The most messages that one lease may ask for. */
  int LEASE_MESSAGES_MAX = 100;

  /** Characters of a worker's name, and of the reason for which it gives a message back. */
  int TEXT_MAX = 300;

  /** The queues that this node's services declare. */
  List<Queue> all();

  /** Puts a message on a queue; durable when this returns. */
  Answer<Sent> send(To to, Sending message, CallContext context);

  /**
   * Leases messages: as many as one node has ready now, at least one if there is one anywhere. An
   * empty list if there is none, and none came in time.
   */
  Answer<List<Leased>> lease(Wanted wanted, CallContext context);

  /**
   * A worker is done with a message.
   *
   * @param result JSON for the saga that sent it; null if there is none
   */
  Answer<Message> ack(Held held, byte @Nullable [] result, CallContext context);

  /** A worker gives a message back. */
  Answer<Message> nack(Held held, Return how, CallContext context);

  /**
   * A worker needs more time.
   *
   * @param time from now on; null for the usual
   */
  Answer<Message> extend(Held held, @Nullable Duration time, CallContext context);

  /** Where a message stands; those that are done stay known. */
  Answer<Message> get(Id id, CallContext context);

  /** A dead letter is to be tried again. */
  Answer<Message> replay(Id id, String reason, CallContext context);

  /** A dead letter is to be forgotten. */
  Answer<Message> discard(Id id, String reason, CallContext context);

  /** Dead letters in the shards that this node leads, by id. */
  Answer<DeadPage> dead(DeadQuery query, CallContext context);

  /** What each queue holds in each shard that this node leads. */
  List<QueueFigures> figures();

  /**
   * The answer to a request.
   *
   * @param <T> what was asked for
   */
  sealed interface Answer<T> {

    /** It was done. */
    record Got<T>(T value) implements Answer<T> {}

    /** Refused or failed. */
    record Failed<T>(Outcome.Failed problem) implements Answer<T> {}
  }

  /** A queue of a tenant. */
  record To(String tenant, String queue) {}

  /** A message of a tenant. */
  record Id(String tenant, String queue, String id) {}

  /** A message that somebody has by a lease. */
  record Held(Id id, String token) {}

  /**
   * A message to be sent.
   *
   * @param body JSON
   * @param priority 0 (most urgent) to 7
   * @param key sent twice under it, it is one message; null if it has none
   */
  @SuppressWarnings("ArrayRecordComponent") // not to be changed
  record Sending(byte[] body, int priority, Duration delay, @Nullable String key) {}

  /** Where a message went; {@code existing} if it had been sent before. */
  record Sent(Id id, boolean existing) {}

  /**
   * What a worker wants.
   *
   * @param tenant whose messages; null for those of all, in turn
   * @param messages how many at most
   * @param time of the lease; null for the queue's usual
   * @param worker its name, for people; may be empty
   * @param patience how long to wait for one
   */
  record Wanted(
      String queue,
      @Nullable String tenant,
      int messages,
      @Nullable Duration time,
      String worker,
      Duration patience) {}

  /**
   * How a message is given back.
   *
   * @param delay before it may be leased again; null for what the queue's retry says
   * @param reason for people
   * @param dead true to make it a dead letter at once
   */
  record Return(@Nullable Duration delay, String reason, boolean dead) {}

  /**
   * A message that was leased.
   *
   * @param attempt the first is 1
   * @param until microseconds since 1970
   */
  record Leased(Message message, String token, int attempt, int attemptsMax, long until) {}

  /**
   * A message. Times are microseconds since 1970; 0 for none.
   *
   * @param state none, ready, leased, dead, replying or done
   * @param body JSON; empty when it is done
   * @param until when its lease is over
   * @param by who has it, or had it last
   * @param error why it was given back or died last
   */
  record Message(
      Id id,
      String state,
      String body,
      int priority,
      long sentAt,
      long readyAt,
      int attempts,
      long until,
      String by,
      String error) {}

  /**
   * Which dead letters.
   *
   * @param tenant null for all
   * @param after behind this id; null for the first
   */
  record DeadQuery(String queue, @Nullable String tenant, @Nullable String after, int limit) {}

  /** Dead letters, and behind which id the next begin; null if these were all. */
  record DeadPage(List<Message> messages, @Nullable String next) {
    public DeadPage {
      messages = List.copyOf(messages);
    }
  }
}
