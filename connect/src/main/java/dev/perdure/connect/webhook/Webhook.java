package dev.perdure.connect.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What is sent, and where. Its text shows neither secrets nor the path, which may hold one.
 *
 * @param name of the subscription; whoever changes it sends everything again
 * @param entity name of the entity type whose events are sent
 * @param target {@code https}, or {@code http} where nobody else listens; never what an event says
 * @param secrets each signs every message; several while receivers change from one to another
 * @param timeout of a request, until the headers of its answer are there
 * @param bytesMax of a message; a larger event is a dead letter
 * @param dependency the receiver's name among the node's dependencies: what capabilities need, and
 *     policies are written for
 */
public record Webhook(
    String name,
    String entity,
    URI target,
    List<WebhookSecret> secrets,
    Duration timeout,
    int bytesMax,
    String dependency) {

  private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(15);
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);
  private static final int BYTES_DEFAULT = 256 * 1024;
  private static final int BYTES_MOST = 16 * 1024 * 1024;
  private static final int SECRETS_MAX = 8;

  public Webhook {
    String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new IllegalArgumentException(
          "webhook '%s' goes to '%s:'; https: and http: are allowed".formatted(name, scheme));
    }
    if (target.getHost() == null) {
      throw new IllegalArgumentException("webhook '" + name + "' has a target without a host");
    }
    if (target.getRawUserInfo() != null || target.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "webhook '%s' has a target with a user or a fragment; a receiver knows the sender by the"
                  .formatted(name)
              + " signature");
    }
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "webhook '%s' has a timeout of %s; 1 ms to %d min are allowed"
              .formatted(name, timeout, TIMEOUT_MAX.toMinutes()));
    }
    if (bytesMax < 1 || bytesMax > BYTES_MOST) {
      throw new IllegalArgumentException(
          "webhook '%s' has messages of up to %,d bytes; 1 to %,d are allowed"
              .formatted(name, bytesMax, BYTES_MOST));
    }
    secrets = List.copyOf(secrets);
    if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
      throw new IllegalArgumentException(
          "webhook '%s' has %d secrets; 1 to %d are allowed"
              .formatted(name, secrets.size(), SECRETS_MAX));
    }
  }

  /** With 15 s for a request, messages of up to 256 KiB, and a dependency of the webhook's name. */
  public static Webhook of(String name, String entity, URI target, WebhookSecret... secrets) {
    return new Webhook(
        name, entity, target, List.of(secrets), TIMEOUT_DEFAULT, BYTES_DEFAULT, name);
  }

  /**
   * The same with a target as configuration has it.
   *
   * @throws IllegalArgumentException if it is no URL; the message does not show it
   */
  public static Webhook of(String name, String entity, String target, WebhookSecret... secrets) {
    URI uri;
    try {
      uri = new URI(target.strip());
    } catch (URISyntaxException e) {
      // not as its cause, which shows all of it
      throw new IllegalArgumentException(
          "webhook '%s' has a target that is no URL: %s at character %d of %d"
              .formatted(name, e.getReason(), e.getIndex() + 1, target.strip().length()));
    }
    return of(name, entity, uri, secrets);
  }

  public Webhook withTimeout(Duration other) {
    return new Webhook(name, entity, target, secrets, other, bytesMax, dependency);
  }

  public Webhook withBytesMax(int other) {
    return new Webhook(name, entity, target, secrets, timeout, other, dependency);
  }

  /** The same to a receiver of another name. */
  public Webhook withDependency(String other) {
    return new Webhook(name, entity, target, secrets, timeout, bytesMax, other);
  }

  /** Where it goes, as far as anybody may read it: without path and query. */
  String receiver() {
    int port = target.getPort();
    return target.getScheme() + "://" + target.getHost() + (port < 0 ? "" : ":" + port);
  }

  @Override
  public String toString() {
    return "Webhook[%s, %s to %s]".formatted(name, entity, receiver());
  }
}
