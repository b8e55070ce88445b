package dev.perdure.example.reporting;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What the broker says: reads a topic from its beginning, as far as it goes now, and notes for each
 * key whether all came in order. A repeat is known by its id, and must be the same message.
 */
final class Messages {

  private static final String KEY = "default/account/";

  private final Map<String, String> byId = new HashMap<>();
  private final Map<String, Long> versions = new TreeMap<>();
  private final List<String> broken = new ArrayList<>();
  private int count;

  private Messages() {}

  static Messages read(String brokers, String topic) {
    Messages messages = new Messages();
    Map<String, Object> settings = Map.of("bootstrap.servers", brokers);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofMillis(200)).forEach(messages::take);
      }
    }
    return messages;
  }

  private void take(ConsumerRecord<String, String> message) {
    count++;
    StringBuilder text = new StringBuilder(message.key()).append(' ').append(message.value());
    message
        .headers()
        .forEach(
            one ->
                text.append(' ')
                    .append(one.key())
                    .append('=')
                    .append(new String(one.value(), StandardCharsets.UTF_8)));
    String id = header(message, "ce_id");
    long version = Long.parseLong(header(message, "ce_version"));
    String before = byId.putIfAbsent(id, text.toString());
    String account = message.key().substring(KEY.length());
    if (before != null) {
      if (!before.contentEquals(text)) {
        broken.add("one id, two messages: " + before + " and " + text);
      }
    } else {
      long last = versions.getOrDefault(account, 0L);
      if (version != last + 1) {
        broken.add(account + ": version " + version + " behind " + last);
      }
      versions.put(account, version);
    }
  }

  private static String header(ConsumerRecord<?, ?> message, String name) {
    return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** Gaps, disorder, and repeats that differ. */
  List<String> broken() {
    return broken;
  }

  /** The last version of each account. */
  Map<String, Long> versions() {
    return versions;
  }

  int count() {
    return count;
  }

  int repeats() {
    return count - byId.size();
  }
}
