package dev.perdure.connect.postgres;

import dev.perdure.api.Delivery;
import dev.perdure.api.HandlerFailed;
import dev.perdure.api.Retry;
import dev.perdure.api.Subscription;
import dev.perdure.api.SubscriptionOptions;
import dev.perdure.api.Undeliverable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/**
 * Keeps tables in step with the events of an entity type, each event exactly once: what the handler
 * writes and how far it got are one transaction. A service returns it from {@code subscriptions()}.
 *
 * <p>It reads each entity without a gap. So it has no dead letters: an event that cannot be applied
 * is tried until it can, those behind it in its shard wait, and {@code perdure subscription show}
 * says why. The schema is made and migrated with the first batch after a start.
 *
 * <p>Thread-safe.
 *
 * @param <E> the events of the entity
 */
public final class PostgresProjection<E> implements Subscription<E> {

  /** What cannot be applied now is tried for ever. */
  private static final Retry PATIENT =
      new Retry(Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(10));

  private static final int CAUSES_MAX = 16;

  private final Projection projection;
  private final DataSource database;
  private final Handler<E> handler;
  private final Schema schema;
  private final Cursors cursors;

  private PostgresProjection(Projection projection, DataSource database, Handler<E> handler) {
    this.projection = projection;
    this.database = database;
    this.handler = handler;
    this.schema = new Schema(projection, database, handler.getClass().getClassLoader());
    this.cursors = new Cursors(projection);
  }

  /**
   * A generation of a projection.
   *
   * @param database best of a {@link PostgresPool}; not closed here
   * @param handler the author's code; migrations are found where its class is
   */
  public static <E> PostgresProjection<E> of(
      Projection projection, DataSource database, Handler<E> handler) {
    return new PostgresProjection<>(projection, database, handler);
  }

  @Override
  public String name() {
    return projection.subscription();
  }

  @Override
  public String entity() {
    return projection.entity();
  }

  @Override
  public SubscriptionOptions options() {
    return SubscriptionOptions.defaults()
        .withBatch(projection.batch())
        .withRetry(PATIENT)
        .withTimeout(projection.timeout())
        .withDependency(projection.dependency());
  }

  @Override
  public void handle(List<Delivery<E>> batch) throws SQLException {
    schema.prepare();
    try (Connection connection = database.getConnection()) {
      Transaction.run(connection, projection.schema(), inside -> apply(inside, batch));
    }
  }

  private void apply(Connection connection, List<Delivery<E>> batch) throws SQLException {
    Cursors.Taken<E> taken = cursors.take(connection, batch);
    if (!taken.fresh().isEmpty()) {
      try {
        handler.apply(Transaction.guarded(connection), taken.fresh());
      } catch (HandlerFailed e) {
        throw e;
      } catch (Undeliverable e) { // a dead letter would be a gap
        throw new ProjectionException(
            "projection-refused",
            e.getMessage() + ". A projection leaves no event out; deploy a handler that applies it",
            e);
      } catch (RuntimeException e) {
        throw ofTheDatabase(e) ? e : new HandlerFailed("the handler failed: " + e, e);
      }
      cursors.advance(connection, taken);
    }
  }

  /** The author's own bug is not the database's. */
  private static boolean ofTheDatabase(Throwable thrown) {
    Throwable at = thrown;
    for (int i = 0; at != null && i < CAUSES_MAX; i++) { // a chain may be a ring
      if (at instanceof SQLException) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
