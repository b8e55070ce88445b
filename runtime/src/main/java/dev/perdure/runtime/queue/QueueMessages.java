package dev.perdure.runtime.queue;

import dev.perdure.api.Queue;
import dev.perdure.api.QueueMessage;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.EventsRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where messages are recorded: the entity's id is queue and message. One that has a key has an id
 * made of it, so that sending it again, whenever, finds it.
 */
public final class QueueMessages {

  private static final int KEY_BYTES = 16;

  private QueueMessages() {}

  /**
   * The entity of a message.
   *
   * @throws IllegalArgumentException if the id cannot be one
   */
  public static EntityAddress of(String tenant, String queue, String id) {
    return new EntityAddress(tenant, EventsRow.HIDDEN_MESSAGES, queue + "/" + id);
  }

  /** The entity of the message that was sent under a key. */
  public static EntityAddress address(String tenant, String queue, String key) {
    return of(tenant, queue, idOf(key));
  }

  /** The id of the message that was sent under a key. */
  public static String idOf(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return "k-" + HexFormat.of().formatHex(hash, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The queue of a message's entity; empty if it is none. */
  public static String queueOf(EntityAddress address) {
    int slash = address.id().indexOf('/');
    return slash < 0 ? "" : address.id().substring(0, slash);
  }

  /** The message's own id. */
  public static String idOf(EntityAddress address) {
    return address.id().substring(address.id().indexOf('/') + 1);
  }

  /** What a saga or a reaction sends. */
  public static MessageCommand.Send send(
      String body, QueueMessage message, @Nullable ReplyTo replyTo) {
    return new MessageCommand.Send(
        body, message.priority(), message.delay().toNanos() / 1000, replyTo);
  }

  /** Why a message is too large. */
  public static String tooLarge(Queue queue, int bytes) {
    return "the message is "
        + bytes
        + " bytes, queue '"
        + queue.name()
        + "' allows at most "
        + queue.capacity().bytes();
  }
}
