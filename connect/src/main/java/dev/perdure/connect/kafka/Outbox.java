package dev.perdure.connect.kafka;

/**
 * What is published, and where.
 *
 * @param name of the subscription; whoever changes it publishes everything again
 * @param entity name of the entity type whose events are published
 * @param topic that is there already
 * @param batch how many events at most are handed over at once
 * @param dependency the brokers' name among the node's dependencies: what capabilities need, and
 *     policies are written for
 */
public record Outbox(String name, String entity, String topic, int batch, String dependency) {

  private static final int BATCH_DEFAULT = 400;
  private static final String DEPENDENCY_DEFAULT = "kafka";

  /** Four hundred events at once, to brokers that are named {@code kafka}. */
  public static Outbox of(String name, String entity, String topic) {
    return new Outbox(name, entity, topic, BATCH_DEFAULT, DEPENDENCY_DEFAULT);
  }

  public Outbox withBatch(int other) {
    return new Outbox(name, entity, topic, other, dependency);
  }

  /** The same to brokers of another name. */
  public Outbox withDependency(String other) {
    return new Outbox(name, entity, topic, batch, other);
  }
}
