package dev.perdure.connect.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema that readers use: for each table and view of the generation that is live a view of the
 * same name. All of them change in one transaction. Inside a transaction of the caller's.
 */
final class Views {

  private static final String TABLES =
      "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
          + " where n.nspname = ? and c.relkind in ('r', 'p', 'v', 'm')"
          + " and c.relname not in ('flyway_schema_history', 'perdure_cursor', 'perdure_live')"
          + " and not c.relispartition order by c.relname";

  private static final String GRANTS =
      "select format('grant %s on %I.%I to %s', a.privilege_type, n.nspname, c.relname,"
          + " case when a.grantee = 0 then 'public' else quote_ident(a.grantee::regrole::text) end)"
          + " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
          + " cross join lateral aclexplode(c.relacl) a"
          + " where n.nspname = ? and c.relname = ? and a.grantee <> c.relowner";

  /** What {@code create or replace view} says of a view whose columns changed. */
  private static final String OTHER_COLUMNS = "42P16";

  private final Connection connection;
  private final String schema;

  Views(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  Connection connection() {
    return connection;
  }

  /** Until the transaction ends nobody else changes generations; the schema is there then. */
  void lock() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_advisory_xact_lock(hashtextextended('perdure:' || ?, 0))")) {
      statement.setString(1, schema);
      statement.execute();
    }
    execute("create schema if not exists " + Projection.quoted(schema));
    execute(
        "create table if not exists %s.perdure_live (one boolean primary key default true check (one),"
                .formatted(Projection.quoted(schema))
            + " generation int not null, since timestamptz not null default now())");
  }

  /** The generation that readers see; 0 for none. */
  int live() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select generation from " + Projection.quoted(schema) + ".perdure_live")) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  /** From the end of the transaction on readers see this generation. */
  void show(int generation) throws SQLException {
    String source = Projection.schema(schema, generation);
    List<String> wanted = names(source);
    for (String old : names(schema)) {
      if (!wanted.contains(old)) {
        execute("drop view " + Projection.quoted(schema) + "." + Projection.quoted(old));
      }
    }
    for (String name : wanted) {
      show(name, source);
    }
    execute("delete from " + Projection.quoted(schema) + ".perdure_live");
    execute(
        "insert into "
            + Projection.quoted(schema)
            + ".perdure_live (generation) values ("
            + generation
            + ")");
  }

  /** Replaces a view where its columns allow it; else makes it anew, with what was granted. */
  private void show(String name, String source) throws SQLException {
    String view = Projection.quoted(schema) + "." + Projection.quoted(name);
    String query =
        " view "
            + view
            + " as select * from "
            + Projection.quoted(source)
            + "."
            + Projection.quoted(name);
    Savepoint before = connection.setSavepoint();
    try {
      execute("create or replace" + query);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!OTHER_COLUMNS.equals(e.getSQLState())) {
        throw e;
      }
      connection.rollback(before);
      List<String> grants = grants(name);
      execute("drop view " + view);
      execute("create" + query);
      for (String grant : grants) {
        execute(grant);
      }
    }
  }

  private List<String> names(String of) throws SQLException {
    return texts(TABLES, of);
  }

  private List<String> grants(String name) throws SQLException {
    return texts(GRANTS, schema, name);
  }

  private List<String> texts(String query, String... values) throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
    }
    return found;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
