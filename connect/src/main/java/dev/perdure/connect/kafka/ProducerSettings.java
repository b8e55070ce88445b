package dev.perdure.connect.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of an outbox's producers: the user's, limits where the user gives none, and those that
 * the order of messages rests on, which cannot be changed.
 */
final class ProducerSettings {

  /** Messages sent before their acknowledgement is waited for, together. */
  static final int CHUNK_MESSAGES_MAX = 200;

  static final int CHUNK_BYTES_MAX = 64 * 1024;

  /**
   * Twice a chunk, so that what a chunk has for a partition is always one batch. With a batch for
   * each message of a chunk the buffer is not full yet: 200 * 128 KiB are 25 MiB.
   */
  private static final int BATCH_BYTES = 2 * CHUNK_BYTES_MAX;

  private static final long BUFFER_BYTES = 32L * 1024 * 1024;

  /** Longer than handing over a chunk ever takes: a batch is sent by the flush, not before. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  private static final Duration REQUEST_MAX = Duration.ofSeconds(10);
  private static final Duration DELIVERY_MAX = Duration.ofSeconds(30);

  private static final List<String> NOT_THE_USERS =
      List.of(
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          ProducerConfig.RETRIES_CONFIG,
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
          ProducerConfig.BATCH_SIZE_CONFIG,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          ProducerConfig.LINGER_MS_CONFIG,
          ProducerConfig.PARTITIONER_CLASS_CONFIG,
          ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

  private ProducerSettings() {}

  /** All of them; throws if the user's are wrong. */
  static Map<String, Object> of(Map<String, ?> users) {
    for (String key : NOT_THE_USERS) {
      if (users.containsKey(key)) {
        throw new IllegalArgumentException(
            "an outbox's producer cannot be given '%s': that no event is missing and all are in order"
                    .formatted(key)
                + " rests on it; leave it out");
      }
    }
    if (!users.containsKey(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
      throw new IllegalArgumentException(
          "an outbox needs 'bootstrap.servers': where the brokers are, HOST:PORT,…");
    }
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ms(REQUEST_MAX));
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ms(DELIVERY_MAX));
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ms(REQUEST_MAX));
    all.putAll(users);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.LINGER_MS_CONFIG, ms(LINGER));
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return all;
  }

  private static int ms(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
