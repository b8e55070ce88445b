package dev.perdure.connect.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * The schema of a generation: made and migrated once in a process, before the first batch. Nodes
 * that do so at the same time wait for each other. Thread-safe.
 */
final class Schema {

  private final Projection projection;
  private final DataSource database;
  private final ClassLoader loader;
  private volatile boolean prepared;

  Schema(Projection projection, DataSource database, ClassLoader loader) {
    this.projection = projection;
    this.database = database;
    this.loader = loader;
  }

  /** Returns when the tables are there as this code wants them; throws if they cannot be. */
  void prepare() throws SQLException {
    if (prepared) {
      return;
    }
    synchronized (this) {
      if (!prepared) {
        MigrateResult result = migrate();
        try (Connection connection = database.getConnection()) {
          Transaction.run(
              connection,
              projection.schema(),
              inside -> complete(inside, result.migrationsExecuted > 0));
        }
        prepared = true;
      }
    }
  }

  private MigrateResult migrate() {
    return Flyway.configure(loader)
        .dataSource(database)
        .defaultSchema(projection.schema())
        .schemas(projection.schema())
        .locations("classpath:" + projection.migrations())
        .failOnMissingLocations(true)
        .cleanDisabled(true)
        .load()
        .migrate();
  }

  private void complete(Connection connection, boolean migrated) throws SQLException {
    Views views = new Views(connection, projection.publicSchema());
    views.lock();
    try (Statement statement = connection.createStatement()) {
      statement.execute(Cursors.CREATE);
    }
    int live = views.live();
    if (live == 0 || (migrated && live == projection.generation())) {
      views.show(projection.generation());
    }
  }
}
