package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Reads an account's events page by page. */
public final class History {

  private History() {}

  /**
   * An event of an account.
   *
   * @param version of the account after it
   * @param type its stored name
   * @param operation id of the command that made it
   * @param amount in minor units; 0 if it has none
   */
  public record Event(long version, String type, String operation, long amount) {}

  /**
   * Reads all events of an account, oldest first.
   *
   * @throws ImportException if the node refuses to give them
   */
  public static void each(Delivery delivery, String account, Consumer<Event> consumer)
      throws GaveUpException {
    long after = 0;
    boolean more = true;
    while (more) {
      long from = after;
      Answer answer = delivery.one(client -> client.events(Lane.TYPE, account, from)).answer();
      if (answer.status() == 404) {
        return;
      }
      JsonNode body = answer.body();
      if (!answer.ok() || body == null) {
        throw new ImportException(
            "the history of account %s could not be read: %d %s"
                .formatted(account, answer.status(), answer.detail()));
      }
      for (JsonNode node : body.path("events")) {
        Event event = event(node);
        consumer.accept(event);
        after = event.version();
      }
      more = body.path("more").asBoolean(false);
      if (more && after == from) {
        throw new ImportException("the history of account " + account + " does not go on");
      }
    }
  }

  private static Event event(JsonNode node) {
    return new Event(
        node.path("version").asLong(),
        node.path("type").asString(""),
        node.path("operation_id").asString(""),
        node.path("data").path("amount").asLong(0));
  }
}
