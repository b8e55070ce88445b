package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.Entities;
import dev.perdure.runtime.History;
import dev.perdure.runtime.OperationStatus;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Duration;

/** State, events and operations: everything that changes nothing. */
final class ReadHandler {

  private static final int EVENTS_DEFAULT = 100;
  private static final HeaderName STALENESS = HeaderNames.create("Perdure-Staleness");

  private final EntityDoor door;
  private final int eventsMax;
  private final int eventBytesMax;

  ReadHandler(EntityDoor door, Api.Settings settings) {
    this.door = door;
    this.eventsMax = settings.eventsMax();
    this.eventBytesMax = settings.eventBytesMax();
  }

  /** {@code GET /v1/entities/{type}/{id}}. */
  void state(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    Consistency consistency = Consistency.of(new Query(exchange.rawQuery()));
    Entities.Aged read = door.read(admitted, address(admitted), consistency);
    if (consistency instanceof Consistency.Bounded) {
      exchange.header(HeaderValues.create(STALENESS, millisUp(read.staleness())));
    }
    Outcome outcome = read.outcome();
    if (outcome instanceof Outcome.Done done && unchanged(exchange, done.version())) {
      exchange.header(Answers.etag(done.version()));
      exchange.send(304);
      return;
    }
    Answers.send(exchange, outcome, null);
  }

  private static long millisUp(Duration time) {
    return time.plusNanos(999_999).toMillis();
  }

  static boolean unchanged(Exchange exchange, long version) {
    String known = exchange.header(HeaderNames.IF_NONE_MATCH);
    if (known == null) {
      return false;
    }
    String tag = known.strip();
    return tag.equals("*")
        || tag.equals("\"" + version + "\"")
        || tag.equals("W/\"" + version + "\"");
  }

  /** {@code GET /v1/entities/{type}/{id}/events?after=N&limit=M}. */
  void events(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    Query query = new Query(exchange.rawQuery());
    long after = query.number("after", 0, Long.MAX_VALUE, 0);
    int limit = (int) query.number("limit", 1, eventsMax, Math.min(EVENTS_DEFAULT, eventsMax));
    switch (door.history(admitted, address(admitted), new EntityDoor.Page(after, limit))) {
      case History.Page page -> {
        if (page.events().isEmpty() && after == 0) {
          throw new ProblemException(ProblemCode.NOT_FOUND, "the entity has no events");
        }
        exchange.send(200, Exchange.JSON, Documents.events(page, after, eventBytesMax));
      }
      case History.Failed failed -> Answers.send(exchange, failed.problem(), null);
    }
  }

  /** {@code GET /v1/operations/{type}/{id}/{key}}. */
  void operation(Admitted admitted) {
    Exchange exchange = admitted.request().exchange();
    String key = Percent.decode(admitted.request().target().last(), "the operation id");
    String id = OperationId.checked(key, "the operation id");
    switch (door.operation(admitted, address(admitted), id)) {
      case OperationStatus.Recorded recorded ->
          exchange.send(
              200, Exchange.JSON, Documents.recorded(id, recorded, exchange.trace().id()));
      case OperationStatus.InProgress progress ->
          exchange.send(200, Exchange.JSON, Documents.inProgress(id));
      case OperationStatus.Unknown unknown ->
          throw new ProblemException(
              ProblemCode.UNKNOWN_OPERATION, "operation '" + Text.shown(id) + "' is not known");
      case OperationStatus.Failed failed -> Answers.send(exchange, failed.problem(), id);
    }
  }

  private EntityAddress address(Admitted admitted) {
    Route.Target target = admitted.request().target();
    return door.address(
        admitted,
        Percent.decode(target.type(), "the entity type"),
        Percent.decode(target.id(), "the id"));
  }
}
