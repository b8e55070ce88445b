package dev.perdure.api;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A durable queue of messages for workers outside of the node, which lease them over HTTP. Made by
 * {@link #named} and changed by its {@code with} methods; a service returns it from {@link
 * Service#queues}. The settings may change from one version of the service to the next, the name
 * may not. Immutable.
 *
 * @param name stored name: 1 to 63 characters of {@code a-z 0-9 - _ .}, beginning with a letter
 * @param retry how often a message is given to a worker before it becomes a dead letter, and how
 *     long it rests after a worker gave it back without saying how long
 * @param lease how long a worker that does not say has a message, and the longest it may say
 * @param capacity how much of it there may be at a time
 * @param perSecond how many messages may be leased each second, all workers together; 0 for as many
 *     as there are
 */
public record Queue(String name, Retry retry, Lease lease, Capacity capacity, double perSecond) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");
  private static final int MESSAGES_MAX = 1_000_000;
  private static final int BYTES_MAX = 256 * 1024;
  private static final Duration LEASE_MAX = Duration.ofHours(12);

  /**
   * For how long a message is leased.
   *
   * @param usual if the worker does not say
   * @param longest at once; a worker may extend it again and again
   */
  public record Lease(Duration usual, Duration longest) {
    public Lease {
      if (usual.isNegative()
          || usual.isZero()
          || usual.compareTo(longest) > 0
          || longest.compareTo(LEASE_MAX) > 0) {
        throw new IllegalArgumentException(
            "leases of "
                + usual
                + " to "
                + longest
                + "; the usual one must be longer than nothing and not longer than the longest,"
                + " and that at most "
                + LEASE_MAX);
      }
    }
  }

  /**
   * How much there may be at a time. In a cluster each node keeps the part of it that its shards
   * are of all shards.
   *
   * @param messages unfinished ones, dead letters among them
   * @param messagesOfTenant unfinished ones of one tenant
   * @param leased messages that workers have
   * @param bytes of one message, as JSON
   */
  public record Capacity(int messages, int messagesOfTenant, int leased, int bytes) {
    public Capacity {
      within("messages", messages, MESSAGES_MAX);
      within("messages of a tenant", messagesOfTenant, messages);
      within("leased messages", leased, MESSAGES_MAX);
      within("bytes of a message", bytes, BYTES_MAX);
    }

    private static void within(String what, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(value + " " + what + "; 1 to " + max + " are allowed");
      }
    }
  }

  public Queue {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the queue's name '" + name + "' must match " + NAME.pattern());
    }
    if (!(perSecond >= 0 && perSecond <= MESSAGES_MAX)) {
      throw new IllegalArgumentException(
          "queue '"
              + name
              + "': "
              + perSecond
              + " a second; 0 to "
              + MESSAGES_MAX
              + " are allowed");
    }
  }

  /**
   * Eight attempts; leases of 30 seconds, at most an hour; 100,000 messages of at most 64 KiB, all
   * of which may be leased; as fast as workers come.
   */
  public static Queue named(String name) {
    return new Queue(
        name,
        Retry.times(8),
        new Lease(Duration.ofSeconds(30), Duration.ofHours(1)),
        new Capacity(100_000, 100_000, 100_000, 64 * 1024),
        0);
  }

  public Queue withRetry(Retry other) {
    return new Queue(name, other, lease, capacity, perSecond);
  }

  public Queue withLease(Duration usual, Duration longest) {
    return new Queue(name, retry, new Lease(usual, longest), capacity, perSecond);
  }

  public Queue withCapacity(Capacity other) {
    return new Queue(name, retry, lease, other, perSecond);
  }

  /** So many messages at most, of one tenant or all. */
  public Queue withMessages(int messages) {
    return withCapacity(
        new Capacity(
            messages,
            Math.min(messages, capacity.messagesOfTenant()),
            capacity.leased(),
            capacity.bytes()));
  }

  public Queue withPerSecond(double messages) {
    return new Queue(name, retry, lease, capacity, messages);
  }
}
