package dev.perdure.connect.kafka;

import dev.perdure.api.Undeliverable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * A producer in the hands of one caller. It sends a chunk at a time, and the next one when all of
 * the chunk is acknowledged.
 *
 * <p>What a chunk holds for a partition is one batch of the producer, which lingers until it is
 * flushed, and a broker appends a batch as a whole. So whatever fails, and whoever else sends the
 * same at that time, a message is never in the topic before an earlier one of its entity.
 */
final class Lane implements AutoCloseable {

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  Lane(String topic, Map<String, Object> settings) {
    this.topic = topic;
    this.producer = new KafkaProducer<>(settings);
  }

  /**
   * Sends all, in order.
   *
   * @throws Undeliverable if a message is too large for the broker
   * @throws KafkaException if it is not known of all that the broker has them; the lane is of no
   *     use then
   */
  void send(List<ProducerRecord<byte[], byte[]>> messages) throws InterruptedException {
    producer.partitionsFor(topic); // so that nothing waits for it in the middle of a chunk
    List<ProducerRecord<byte[], byte[]>> chunk = new ArrayList<>();
    long bytes = 0;
    for (ProducerRecord<byte[], byte[]> one : messages) {
      long size = CloudEvents.size(one);
      boolean full =
          chunk.size() == ProducerSettings.CHUNK_MESSAGES_MAX
              || bytes + size > ProducerSettings.CHUNK_BYTES_MAX;
      if (full && !chunk.isEmpty()) {
        together(chunk);
        chunk.clear();
        bytes = 0;
      }
      chunk.add(one);
      bytes += size;
    }
    together(chunk);
  }

  private void together(List<ProducerRecord<byte[], byte[]>> chunk) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(chunk.size());
    for (ProducerRecord<byte[], byte[]> one : chunk) {
      sent.add(producer.send(one));
    }
    producer.flush();
    for (int i = 0; i < sent.size(); i++) {
      try {
        sent.get(i).get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        throw failure(chunk.get(i), cause == null ? e : cause);
      }
    }
  }

  private RuntimeException failure(ProducerRecord<byte[], byte[]> message, Throwable cause) {
    if (cause instanceof RecordTooLargeException) {
      return new Undeliverable(
          "outbox-too-large: the event is a message of about %,d bytes, which topic %s does not take: %s"
              .formatted(CloudEvents.size(message), topic, cause.getMessage()));
    }
    return new KafkaException("topic " + topic + ": " + cause.getMessage(), cause);
  }

  /** Drops what is not sent yet. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
