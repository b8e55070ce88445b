package dev.perdure.example.reporting;

import dev.perdure.lab.outside.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** What the database says. */
final class Rows {

  private Rows() {}

  static Map<String, Ledger.Account> accounts(PostgresServer database) throws SQLException {
    Map<String, Ledger.Account> all = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection(database.url(), database.user(), "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select account, balance, currency, status, events from accounts.accounts")) {
      while (rows.next()) {
        all.put(
            rows.getString(1),
            new Ledger.Account(
                rows.getLong(2), rows.getString(3), rows.getString(4), rows.getLong(5)));
      }
    }
    return all;
  }
}
