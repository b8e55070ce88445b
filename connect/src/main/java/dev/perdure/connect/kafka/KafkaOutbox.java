package dev.perdure.connect.kafka;

import dev.perdure.api.Delivery;
import dev.perdure.api.Retry;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of an entity type to a topic, as CloudEvents: none is left out, those of an
 * entity are in order, and what comes twice has the same id and the same bytes. A service returns
 * it from {@code subscriptions()}.
 *
 * <p>The key of a message is {@code tenant/type/entity}. While brokers are away it waits. An event
 * that the topic will never take (too large) becomes a dead letter, and is missing in the topic
 * until a person decides.
 *
 * <p>Thread-safe. Each shard that a node leads has a producer.
 *
 * @param <E> the events of the entity
 */
public final class KafkaOutbox<E> implements Subscription<E>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaOutbox.class);

  /** Only what will never be taken dies, and that at once. */
  private static final Retry PATIENT =
      new Retry(Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(10));

  /** Longer than the producer's own limits for the chunks of a batch. */
  private static final Duration BATCH_MAX = Duration.ofMinutes(5);

  private final Outbox outbox;
  private final Map<String, Object> settings;
  private final Deque<Lane> idle = new ConcurrentLinkedDeque<>();

  private KafkaOutbox(Outbox outbox, Map<String, Object> settings) {
    this.outbox = outbox;
    this.settings = settings;
  }

  /**
   * An outbox.
   *
   * @param producer settings of Kafka's producer: {@code bootstrap.servers}, and what is needed to
   *     be let in. Those that the order of messages rests on are refused
   */
  public static <E> KafkaOutbox<E> of(Outbox outbox, Map<String, ?> producer) {
    return new KafkaOutbox<>(outbox, ProducerSettings.of(producer));
  }

  @Override
  public String name() {
    return outbox.name();
  }

  @Override
  public String entity() {
    return outbox.entity();
  }

  @Override
  public SubscriptionOptions options() {
    return SubscriptionOptions.defaults()
        .withBatch(outbox.batch())
        .withRetry(PATIENT)
        .withTimeout(BATCH_MAX)
        .withDependency(outbox.dependency());
  }

  @Override
  public void handle(List<Delivery<E>> batch) throws InterruptedException {
    List<ProducerRecord<byte[], byte[]>> messages =
        batch.stream().map(one -> CloudEvents.message(outbox.topic(), one)).toList();
    Lane free = idle.poll();
    Lane lane = free == null ? new Lane(outbox.topic(), settings) : free;
    try {
      lane.send(messages);
    } catch (InterruptedException | RuntimeException | Error e) {
      drop(lane); // what it still holds must not be sent later
      throw e;
    }
    idle.push(lane);
  }

  private static void drop(Lane lane) {
    try {
      lane.close();
    } catch (RuntimeException e) {
      LOG.debug("a producer could not be closed", e);
    }
  }

  /** Closes the producers that are not at work. */
  @Override
  public void close() {
    for (Lane lane = idle.poll(); lane != null; lane = idle.poll()) {
      drop(lane);
    }
  }
}
