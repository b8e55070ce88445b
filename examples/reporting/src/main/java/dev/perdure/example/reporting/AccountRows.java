package dev.perdure.example.reporting;

import dev.perdure.api.Delivery;
import dev.perdure.connect.postgres.Handler;
import dev.perdure.example.ledger.AccountEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

// docs: handler
/** Keeps a row for each account. Each event comes exactly once, so it may add up. */
final class AccountRows implements Handler<AccountEvent> {

  private static final String OPEN =
      "insert into accounts (tenant, account, currency, balance, status, events)"
          + " values (?, ?, ?, 0, 'open', 1)";
  private static final String CHANGE =
      "update accounts set balance = balance + ?, status = ?, events = events + 1"
          + " where tenant = ? and account = ?";

  @Override
  public void apply(Connection connection, List<Delivery<AccountEvent>> events)
      throws SQLException {
    for (Delivery<AccountEvent> one : events) {
      switch (one.event()) {
        case AccountEvent.Opened opened -> open(connection, one, opened.currency());
        case AccountEvent.Deposited in -> change(connection, one, in.amount(), "open");
        case AccountEvent.Withdrawn out -> change(connection, one, -out.amount(), "open");
        case AccountEvent.Closed closed -> change(connection, one, 0, "closed");
      }
    }
  }

  // docs: end

  private static void open(Connection connection, Delivery<AccountEvent> delivery, String currency)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
      statement.setString(1, delivery.tenant());
      statement.setString(2, delivery.entity());
      statement.setString(3, currency);
      statement.executeUpdate();
    }
  }

  private static void change(
      Connection connection, Delivery<AccountEvent> delivery, long amount, String status)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CHANGE)) {
      statement.setLong(1, amount);
      statement.setString(2, status);
      statement.setString(3, delivery.tenant());
      statement.setString(4, delivery.entity());
      if (statement.executeUpdate() != 1) {
        throw new SQLException("there is no row for account " + delivery.entity());
      }
    }
  }
}
