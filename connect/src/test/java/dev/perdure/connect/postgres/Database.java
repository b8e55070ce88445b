package dev.perdure.connect.postgres;

import dev.perdure.connect.Wait;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A real server, and short words for what tests ask of it. */
final class Database implements AutoCloseable {

  private final PostgresServer server;

  private Database(PostgresServer server) {
    this.server = server;
  }

  /** Skips the test, and says why, where PostgreSQL is not installed. */
  static Database start(Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    try {
      Database database = new Database(PostgresServer.start(folder));
      Wait.until("it lets somebody in", () -> database.rows("select 1").size() == 1);
      return database;
    } catch (NotInstalled e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  PostgresServer server() {
    return server;
  }

  PostgresPool pool() {
    return PostgresPool.of(server.url(), server.user(), "");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(server.url(), server.user(), "");
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query, columns with blanks between them. */
  List<String> rows(String sql) throws SQLException {
    return rowsAs(server.user(), sql);
  }

  List<String> rowsAs(String user, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.url(), user, "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        all.add(String.join(" ", row));
      }
      return all;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
