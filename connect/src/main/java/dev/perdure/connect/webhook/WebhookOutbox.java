package dev.perdure.connect.webhook;

import dev.perdure.api.Delivery;
import dev.perdure.api.Retry;
import dev.perdure.api.RetryAfter;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.api.Undeliverable;
import dev.perdure.connect.cloudevent.CloudEvent;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Sends the events of an entity type to a URL, one POST for each: CloudEvents in structured mode,
 * signed as Standard Webhooks say. None is left out, and those of an entity are in order but for
 * replayed dead letters, which come behind later ones. What comes twice has the same {@code
 * webhook-id}, and by nothing else is it known. A service returns it from {@code subscriptions()}.
 *
 * <p>What the receiver answers with 2xx is done. 4xx refuse the event for good: it is a dead
 * letter. 401, 403, 404, 405 and 407, which say nothing of the event, 408, 425, 429, everything
 * else and no answer are failures of the receiver: the event waits, with those behind it in its
 * shard, and {@code Retry-After} is heeded up to {@link RetryAfter#LONGEST}. The status decides,
 * whatever becomes of the body. Redirects are not followed.
 *
 * <p>Thread-safe.
 *
 * @param <E> the events of the entity
 */
public final class WebhookOutbox<E> implements Subscription<E>, AutoCloseable {

  /** Only what is refused dies, and that at once. */
  private static final Retry PATIENT =
      new Retry(Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(10));

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** So that what failed is the event, and nothing is sent again that was taken. */
  private static final int ONE_BY_ONE = 1;

  /** For the rest of an answer whose headers came at the last moment, and for what is around it. */
  private static final Duration AFTER_HEADERS = Discarding.TIME_MAX.plusSeconds(1);

  private static final int ID_BYTES = 24;

  /** Who sends, where to, or when: none of it is the event's fault. */
  private static final Set<Integer> NOT_THE_EVENT = Set.of(401, 403, 404, 405, 407, 408, 425, 429);

  private final Webhook webhook;
  private final HttpClient client;

  private WebhookOutbox(Webhook webhook) {
    this.webhook = webhook;
    Duration timeout = webhook.timeout();
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1) // over HTTP/2 a dead connection is kept
            .connectTimeout(timeout.compareTo(CONNECT_MAX) < 0 ? timeout : CONNECT_MAX)
            .build();
  }

  /** An outbox; a receiver that is away changes nothing. */
  public static <E> WebhookOutbox<E> of(Webhook webhook) {
    return new WebhookOutbox<>(webhook);
  }

  @Override
  public String name() {
    return webhook.name();
  }

  @Override
  public String entity() {
    return webhook.entity();
  }

  @Override
  public SubscriptionOptions options() {
    return SubscriptionOptions.defaults()
        .withBatch(ONE_BY_ONE)
        .withRetry(PATIENT)
        .withTimeout(webhook.timeout().plus(AFTER_HEADERS))
        .withDependency(webhook.dependency());
  }

  @Override
  public void handle(List<Delivery<E>> batch) throws IOException, InterruptedException {
    for (Delivery<E> one : batch) {
      send(one);
    }
  }

  private void send(Delivery<E> delivery) throws IOException, InterruptedException {
    byte[] body = CloudEvent.of(delivery).structured();
    if (body.length > webhook.bytesMax()) {
      throw new Undeliverable(
          "webhook-too-large: the event is a message of %,d bytes, and webhook %s sends up to %,d"
              .formatted(body.length, webhook.name(), webhook.bytesMax()));
    }
    Instant now = WallClock.now();
    HttpResponse<?> answer;
    try {
      answer = client.send(request(delivery, body, now.getEpochSecond()), any -> new Discarding());
    } catch (HttpTimeoutException e) {
      throw unanswered("gave no answer within " + webhook.timeout().toMillis() + " ms", e);
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw unanswered("gave no answer: " + why, e);
    }
    judge(answer, now);
  }

  private HttpRequest request(Delivery<E> delivery, byte[] body, long timestamp) {
    String id = id(delivery);
    return HttpRequest.newBuilder(webhook.target())
        .timeout(webhook.timeout())
        .header("Content-Type", "application/cloudevents+json; charset=utf-8")
        .header("User-Agent", "Perdure-Webhook")
        .header("Idempotency-Key", id)
        .header("Perdure-Timeout", webhook.timeout().toMillis() + "ms")
        .header(WebhookSignature.ID, id)
        .header(WebhookSignature.TIMESTAMP, String.valueOf(timestamp))
        .header(
            WebhookSignature.SIGNATURE, WebhookSignature.of(webhook.secrets(), id, timestamp, body))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  /**
   * Names the event for ever, among tenants too, in few characters that any header takes: names of
   * entities are longer, and of any characters.
   */
  static String id(Delivery<?> delivery) {
    byte[] name = (delivery.tenant() + "/" + delivery.id()).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      return "evt_" + Base64.getUrlEncoder().encodeToString(Arrays.copyOf(hash, ID_BYTES));
    } catch (GeneralSecurityException e) {
      throw new LinkageError("SHA-256, which every JDK has", e);
    }
  }

  private IOException unanswered(String what, IOException cause) {
    return new IOException("webhook-unanswered: " + webhook.receiver() + " " + what, cause);
  }

  private void judge(HttpResponse<?> answer, Instant now) throws IOException {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return;
    }
    String said = webhook.receiver() + " answered " + status;
    if (status >= 400 && status < 500 && !NOT_THE_EVENT.contains(status)) {
      throw new Undeliverable("webhook-refused: " + said);
    }
    if (status >= 300 && status < 400) {
      throw new IOException(
          "webhook-redirected: " + said + "; redirects are not followed: configure the new target");
    }
    Duration wait = AskedWait.of(answer.headers().firstValue("Retry-After").orElse(""), now);
    throw new RetryAfter("webhook-failed: " + said, wait);
  }

  @Override
  public String toString() {
    return "outbox of " + webhook;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
