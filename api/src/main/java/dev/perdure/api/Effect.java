package dev.perdure.api;

/** Something that a {@link Reaction} wants done, in the tenant of the event. */
public sealed interface Effect {

  /**
   * A command to an entity. Its operation id is made of reaction, event and place in the list.
   *
   * @param type of the entity
   * @param id of the entity
   * @param command one of its command records
   * @param mayBeRejected false if a rejection makes the event a dead letter
   */
  record Command(String type, String id, Object command, boolean mayBeRejected) implements Effect {}

  /**
   * A saga; one that was started already with the same input is left as it is.
   *
   * @param type of the saga
   * @param id its id, which is its operation id
   * @param input its input record
   */
  record Start(String type, String id, Object input) implements Effect {}

  /**
   * A message on a queue, once, however often the event is delivered.
   *
   * @param queue its name
   */
  record Send(String queue, QueueMessage message) implements Effect {}

  /** A command that has to be accepted. */
  static Effect command(String type, String id, Object command) {
    return new Command(type, id, command, false);
  }

  /** A command that the entity may reject, which is as good. */
  static Effect offer(String type, String id, Object command) {
    return new Command(type, id, command, true);
  }

  /** A saga. */
  static Effect start(String type, String id, Object input) {
    return new Start(type, id, input);
  }

  /** A message on a queue. */
  static Effect send(String queue, QueueMessage message) {
    return new Send(queue, message);
  }
}
