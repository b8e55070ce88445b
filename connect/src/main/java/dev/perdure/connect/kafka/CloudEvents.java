package dev.perdure.connect.kafka;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.api.Delivery;
import dev.perdure.api.Undeliverable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as messages: CloudEvents 1.0 in the binary mode of its Kafka binding, so attributes are
 * headers {@code ce_…} and the value is the event's own JSON. The same event gives the same bytes.
 */
final class CloudEvents {

  /** As events are stored: sorted, and without what is null. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private CloudEvents() {}

  /**
   * The message of an event.
   *
   * @throws Undeliverable if the event cannot be written as JSON
   */
  static ProducerRecord<byte[], byte[]> message(String topic, Delivery<?> delivery) {
    String key = delivery.tenant() + "/" + delivery.type() + "/" + delivery.entity();
    List<Header> headers =
        List.of(
            header("ce_specversion", "1.0"),
            header("ce_id", delivery.id()),
            header("ce_source", "/tenants/" + delivery.tenant() + "/entities/" + delivery.type()),
            header("ce_type", delivery.type() + "." + delivery.name()),
            header("ce_subject", delivery.entity()),
            header("ce_time", delivery.time().toString()),
            header("ce_tenant", delivery.tenant()),
            header("ce_version", String.valueOf(delivery.version())),
            header("ce_operationid", delivery.operationId()),
            header("content-type", "application/json"));
    return new ProducerRecord<>(
        topic, null, delivery.time().toEpochMilli(), bytes(key), value(delivery), headers);
  }

  /** About the bytes that a message is on the wire. */
  static long size(ProducerRecord<byte[], byte[]> message) {
    long size = 32L + message.key().length + message.value().length;
    for (Header header : message.headers()) {
      size += 4L + header.key().length() + header.value().length;
    }
    return size;
  }

  private static byte[] value(Delivery<?> delivery) {
    try {
      return JSON.writeValueAsBytes(delivery.event());
    } catch (JacksonException e) {
      throw new Undeliverable(
          "outbox-unwritable: event %s cannot be written as JSON: %s"
              .formatted(delivery.id(), e.getOriginalMessage()));
    }
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
