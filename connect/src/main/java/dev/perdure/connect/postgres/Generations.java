package dev.perdure.connect.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The generations of one projection in a database: which one readers see, and how another takes its
 * place. Thread-safe.
 */
public final class Generations {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  /** Further behind, to wait for it would hold up the live one for too long. */
  private static final long BEHIND_MAX = 10_000;

  private static final Duration CATCH_UP_MAX = Duration.ofSeconds(10);
  private static final long LOOK_NS = 20_000_000;

  private final String schema;
  private final DataSource database;

  private Generations(String schema, DataSource database) {
    this.schema = schema;
    this.database = database;
  }

  /**
   * Generations of a projection.
   *
   * @param name of the projection, as in {@link Projection}
   */
  public static Generations of(String name, DataSource database) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no projection is named '" + name + "'");
    }
    return new Generations(name.replace('-', '_'), database);
  }

  /** The generation that readers see; 0 before the first one was made. */
  public int live() throws SQLException {
    int[] live = new int[1];
    inside(views -> live[0] = views.live());
    return live[0];
  }

  /**
   * Has readers see another generation, all tables of it at once. The one that they saw stops for a
   * moment, until the other has applied all that it has: so nobody sees time go back.
   *
   * @throws ProjectionException {@code generation-unknown} if it never ran; {@code
   *     generation-behind} if it has to apply more first; nothing is changed then
   */
  public void show(int generation) throws SQLException {
    inside(
        views -> {
          int live = views.live();
          if (live != 0 && live != generation) {
            awaitCaughtUp(views.connection(), live, generation);
          } else {
            require(views.connection(), generation);
          }
          views.show(generation);
        });
  }

  /**
   * Deletes a generation that readers do not see, with all its data. Its projection must not be
   * among the service's subscriptions any more, or it begins anew.
   *
   * @throws ProjectionException {@code generation-live} if it is what readers see
   */
  public void drop(int generation) throws SQLException {
    inside(
        views -> {
          if (views.live() == generation) {
            throw new ProjectionException(
                "generation-live",
                "readers of %s see generation %d; show them another one first"
                    .formatted(schema, generation));
          }
          require(views.connection(), generation);
          execute(views.connection(), "drop schema " + schema(generation) + " cascade");
        });
  }

  private String schema(int generation) {
    return Projection.quoted(Projection.schema(schema, generation));
  }

  private interface Work {
    void run(Views views) throws SQLException;
  }

  private void inside(Work work) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Transaction.run(
          connection,
          schema,
          inside -> {
            Views views = new Views(inside, schema);
            views.lock();
            work.run(views);
          });
    }
  }

  private void require(Connection connection, int generation) throws SQLException {
    String table = schema(generation) + "." + Cursors.TABLE;
    if (number(connection, "select count(to_regclass('" + table + "'))") == 0) {
      throw new ProjectionException(
          "generation-unknown",
          "there is no generation %d of %s; a service that projects it makes it with the first event"
              .formatted(generation, schema));
    }
  }

  /**
   * The live one stands still until the other has what it has, for ten seconds and one look at
   * most. The time is the database's.
   */
  private void awaitCaughtUp(Connection connection, int from, int to) throws SQLException {
    require(connection, to);
    long behind = number(connection, "select count(*)" + behind(from, to));
    if (behind > BEHIND_MAX) {
      throw behind(to, "%,d entities behind the live one".formatted(behind));
    }
    execute(connection, "lock table " + schema(from) + "." + Cursors.TABLE + " in share mode");
    long untilMs = nowMs(connection) + CATCH_UP_MAX.toMillis();
    String lacks = "select count(*) from (select 1" + behind(from, to) + " limit 1) one";
    while (number(connection, lacks) > 0) {
      if (nowMs(connection) >= untilMs) {
        throw behind(to, "still behind the live one after 10 s");
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private ProjectionException behind(int generation, String what) {
    return new ProjectionException(
        "generation-behind",
        "generation %d of %s is %s; look at its lag with perdure subscription show, and try again"
                .formatted(generation, schema, what)
            + " when it has caught up");
  }

  /** Of the entities of which a generation has applied less than another. */
  private String behind(int from, int to) {
    return " from %s.perdure_cursor o left join %s.perdure_cursor n"
            .formatted(schema(from), schema(to))
        + " on n.type = o.type and n.tenant = o.tenant and n.entity = o.entity"
        + " where n.version is null or n.version < o.version";
  }

  private static long nowMs(Connection connection) throws SQLException {
    return number(connection, "select (extract(epoch from clock_timestamp()) * 1000)::bigint");
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
