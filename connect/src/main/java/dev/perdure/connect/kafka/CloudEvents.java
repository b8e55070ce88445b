package dev.perdure.connect.kafka;

import dev.perdure.api.Delivery;
import dev.perdure.api.Undeliverable;
import dev.perdure.connect.cloudevent.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Events as messages: CloudEvents 1.0 in the binary mode of its Kafka binding, so attributes are
 * headers {@code ce_…} and the value is the event's own JSON. The same event gives the same bytes.
 */
final class CloudEvents {

  private CloudEvents() {}

  /**
   * The message of an event.
   *
   * @throws Undeliverable if the event cannot be written as JSON
   */
  static ProducerRecord<byte[], byte[]> message(String topic, Delivery<?> delivery) {
    String key = delivery.tenant() + "/" + delivery.type() + "/" + delivery.entity();
    CloudEvent event = CloudEvent.of(delivery);
    List<Header> headers = new ArrayList<>();
    event.attributes().forEach((name, value) -> headers.add(header("ce_" + name, value)));
    headers.add(header("content-type", "application/json"));
    return new ProducerRecord<>(
        topic, null, delivery.time().toEpochMilli(), bytes(key), event.data(), headers);
  }

  /** About the bytes that a message is on the wire. */
  static long size(ProducerRecord<byte[], byte[]> message) {
    long size = 32L + message.key().length + message.value().length;
    for (Header header : message.headers()) {
      size += 4L + header.key().length() + header.value().length;
    }
    return size;
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
