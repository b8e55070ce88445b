package dev.perdure.bench.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The transaction as most services are written: the rules are in Java, each step is a prepared
 * statement of its own, five round trips in all (the driver sends the begin with the first).
 *
 * <p>The account is locked before the operation id is inserted, so that the reply is known by then
 * and one insert records both. Two equal operations wait for each other at the account's lock.
 */
final class StatementDeposit implements DepositTransaction {

  private static final String LOCK =
      "select balance, version from account where account_id = ? for update";
  private static final String RECORD =
      "insert into operation (operation_id, account_id, amount, balance) values (?, ?, ?, ?)"
          + " on conflict do nothing";
  private static final String UPDATE =
      "update account set balance = ?, version = ? where account_id = ?";
  private static final String APPEND =
      "insert into event (account_id, version, operation_id, type, amount)"
          + " values (?, ?, ?, 'deposited', ?)";
  private static final String RECORDED =
      "select account_id, amount, balance from operation where operation_id = ?";

  /** An account's row. */
  private record Account(long balance, long version) {

    Account plus(long amountMinor) {
      return new Account(Math.addExact(balance, amountMinor), version + 1);
    }
  }

  @Override
  public boolean automaticCommit() {
    return false;
  }

  @Override
  public long run(Connection connection, Deposit deposit) throws SQLException {
    try {
      Account account = lock(connection, deposit).plus(deposit.amountMinor());
      if (!record(connection, deposit, account)) {
        return recorded(connection, deposit);
      }
      update(connection, deposit, account);
      append(connection, deposit, account);
      connection.commit();
      return account.balance;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  private static Account lock(Connection connection, Deposit deposit) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(LOCK)) {
      select.setInt(1, deposit.account());
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("there is no account " + deposit.account());
        }
        return new Account(rows.getLong(1), rows.getLong(2));
      }
    }
  }

  private static boolean record(Connection connection, Deposit deposit, Account account)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
      insert.setObject(1, deposit.operationId());
      insert.setInt(2, deposit.account());
      insert.setLong(3, deposit.amountMinor());
      insert.setLong(4, account.balance);
      return insert.executeUpdate() == 1;
    }
  }

  private static void update(Connection connection, Deposit deposit, Account account)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
      update.setLong(1, account.balance);
      update.setLong(2, account.version);
      update.setInt(3, deposit.account());
      update.executeUpdate();
    }
  }

  private static void append(Connection connection, Deposit deposit, Account account)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(APPEND)) {
      insert.setInt(1, deposit.account());
      insert.setLong(2, account.version);
      insert.setObject(3, deposit.operationId());
      insert.setLong(4, deposit.amountMinor());
      insert.executeUpdate();
    }
  }

  private static long recorded(Connection connection, Deposit deposit) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(RECORDED)) {
      select.setObject(1, deposit.operationId());
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        boolean same =
            rows.getInt(1) == deposit.account() && rows.getLong(2) == deposit.amountMinor();
        long balance = rows.getLong(3);
        connection.rollback();
        if (!same) {
          throw new SQLException("operation id " + deposit.operationId() + " was used before");
        }
        return balance;
      }
    }
  }
}
