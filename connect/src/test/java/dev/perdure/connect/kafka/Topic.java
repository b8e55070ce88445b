package dev.perdure.connect.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A topic as somebody else sees it. */
final class Topic {

  private final String address;
  private final String name;

  Topic(String address, String name) {
    this.address = address;
    this.name = name;
  }

  /** A message with its attributes, in the order of its partition. */
  record Message(String key, String id, long version, String text) {}

  void create(int partitions, Map<String, String> settings) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      NewTopic topic =
          new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
      admin.createTopics(List.of(topic)).all().get(60, TimeUnit.SECONDS);
    }
  }

  /** All that is in it now. */
  List<Message> messages() {
    Map<String, Object> settings = Map.of("bootstrap.servers", address);
    List<Message> all = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name).stream()
              .map(one -> new TopicPartition(name, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        consumer.poll(Duration.ofMillis(200)).forEach(one -> all.add(message(one)));
      }
    }
    return all;
  }

  private static Message message(ConsumerRecord<String, String> one) {
    StringBuilder text = new StringBuilder(one.key()).append(' ').append(one.value());
    one.headers()
        .forEach(
            header ->
                text.append(' ')
                    .append(header.key())
                    .append('=')
                    .append(new String(header.value(), StandardCharsets.UTF_8)));
    return new Message(
        one.key(),
        header(one, "ce_id"),
        Long.parseLong(header(one, "ce_version")),
        text.toString());
  }

  private static String header(ConsumerRecord<?, ?> one, String name) {
    return new String(one.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
