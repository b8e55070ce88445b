package dev.perdure.connect.kafka;

/**
 * What is published, and where.
 *
 * @param name of the subscription; whoever changes it publishes everything again
 * @param entity name of the entity type whose events are published
 * @param topic that is there already
 * @param batch how many events at most are handed over at once
 */
public record Outbox(String name, String entity, String topic, int batch) {

  private static final int BATCH_DEFAULT = 400;

  /** Four hundred events at once. */
  public static Outbox of(String name, String entity, String topic) {
    return new Outbox(name, entity, topic, BATCH_DEFAULT);
  }

  public Outbox withBatch(int other) {
    return new Outbox(name, entity, topic, other);
  }
}
