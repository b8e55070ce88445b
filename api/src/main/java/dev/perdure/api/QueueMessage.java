package dev.perdure.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a saga or a reaction puts on a queue. Immutable.
 *
 * @param body written as JSON, for the worker
 * @param priority 0 (most urgent) to 7, as in RFC 9218; messages of one tenant come in this order
 * @param delay it is not given to a worker before this is over
 * @param replyAs name of the signal by which the saga that sends it gets the worker's result; null
 *     if it wants none. Means nothing in a reaction
 */
public record QueueMessage(Object body, int priority, Duration delay, @Nullable String replyAs) {

  /** The priority of a message for which none was said. */
  public static final int PRIORITY_USUAL = 3;

  /** The least urgent. */
  public static final int PRIORITY_LEAST = 7;

  /** The longest delay. */
  public static final Duration DELAY_MAX = Duration.ofDays(365);

  public QueueMessage {
    if (priority < 0 || priority > PRIORITY_LEAST) {
      throw new IllegalArgumentException(
          "priority " + priority + "; 0 to " + PRIORITY_LEAST + " are allowed");
    }
    if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
      throw new IllegalArgumentException(
          "a delay of " + delay + "; at most " + DELAY_MAX + " is allowed");
    }
  }

  /** At once, of usual priority. */
  public static QueueMessage of(Object body) {
    return new QueueMessage(body, PRIORITY_USUAL, Duration.ZERO, null);
  }

  public QueueMessage withPriority(int other) {
    return new QueueMessage(body, other, delay, replyAs);
  }

  public QueueMessage withDelay(Duration other) {
    return new QueueMessage(body, priority, other, replyAs);
  }

  /** The worker's result is to come back to the saga as this signal. */
  public QueueMessage withReplyAs(String signal) {
    return new QueueMessage(body, priority, delay, signal);
  }
}
