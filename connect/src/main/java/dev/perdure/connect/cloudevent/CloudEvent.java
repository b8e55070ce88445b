package dev.perdure.connect.cloudevent;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.api.Delivery;
import dev.perdure.api.Undeliverable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A CloudEvent 1.0: attributes, and the event's own JSON. The id is {@code type/id/version}, unique
 * within its source, which names the tenant.
 */
public final class CloudEvent {

  private static final String VERSION = "version";

  /** As events are stored: sorted, and without what is null. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private final Map<String, String> attributes;
  private final byte[] data;

  private CloudEvent(Map<String, String> attributes, byte[] data) {
    this.attributes = Collections.unmodifiableMap(attributes);
    this.data = data;
  }

  /**
   * That of an event.
   *
   * @throws Undeliverable if the event cannot be written as JSON
   */
  public static CloudEvent of(Delivery<?> delivery) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("specversion", "1.0");
    attributes.put("id", delivery.id());
    attributes.put("source", "/tenants/" + delivery.tenant() + "/entities/" + delivery.type());
    attributes.put("type", delivery.type() + "." + delivery.name());
    attributes.put("subject", delivery.entity());
    attributes.put("time", delivery.time().toString());
    attributes.put("tenant", delivery.tenant());
    attributes.put(VERSION, String.valueOf(delivery.version()));
    attributes.put("operationid", delivery.operationId());
    return new CloudEvent(attributes, value(delivery));
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

  /** By name, in an order that is always the same; without {@code datacontenttype}. */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** The event: JSON. The caller's own copy. */
  public byte[] data() {
    return data.clone();
  }

  /** All of it as one document, the structured mode of {@code application/cloudevents+json}. */
  public byte[] structured() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512 + data.length);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      attributes.forEach(
          (name, value) -> {
            if (name.equals(VERSION)) {
              json.writeNumberProperty(name, Long.parseLong(value));
            } else {
              json.writeStringProperty(name, value);
            }
          });
      json.writeStringProperty("datacontenttype", "application/json");
      json.writeName("data");
      json.writeRawValue(new String(data, StandardCharsets.UTF_8));
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
