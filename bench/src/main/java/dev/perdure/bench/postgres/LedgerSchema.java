package dev.perdure.bench.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables of the hand-written service, and its accounts. */
final class LedgerSchema {

  /**
   * {@code account} leaves room on its pages, so that an update finds a place beside the old row
   * and no index has to change. An operation's row has what was asked and what was answered.
   */
  private static final String TABLES =
      """
      create table account (
        account_id int primary key,
        balance bigint not null check (balance >= 0),
        version bigint not null
      ) with (fillfactor = 80);

      create table operation (
        operation_id uuid primary key,
        account_id int not null,
        amount bigint not null,
        balance bigint not null
      );

      create table event (
        account_id int not null,
        version bigint not null,
        operation_id uuid not null,
        type text not null,
        amount bigint not null,
        recorded_at timestamptz not null default now(),
        primary key (account_id, version)
      );
      """;

  private LedgerSchema() {}

  static void create(Connection connection, int accounts) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
      statement.execute(FunctionDeposit.DEFINITION);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into account select n, 0, 0 from generate_series(0, ?) n")) {
      insert.setInt(1, accounts - 1);
      insert.executeUpdate();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("vacuum analyze account");
    }
  }
}
