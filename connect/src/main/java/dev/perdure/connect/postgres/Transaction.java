package dev.perdure.connect.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/** One transaction of a projection, with limits for what it waits for. */
final class Transaction {

  /**
   * For the first statement, which waits for nobody but a pooler (PgBouncer) that has no connection
   * to the server free: a server that is behind a cut line is found out with it, rather than with
   * what may take its time.
   */
  private static final Duration GREETING_MAX = Duration.ofSeconds(10);

  /** Each statement, and each wait for a row or a table that somebody else holds. */
  private static final Duration STATEMENT_MAX = Duration.ofSeconds(20);

  /** Longer than the server lets a statement take: then it is the server that is gone. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private static final String LIMITS =
      "select set_config('search_path', ?, true), set_config('statement_timeout', ?, true),"
          + " set_config('lock_timeout', ?, true),"
          + " set_config('idle_in_transaction_session_timeout', ?, true)";

  private static final Set<String> NOT_THE_HANDLERS =
      Set.of("commit", "close", "abort", "setAutoCommit", "setSchema", "setTransactionIsolation");

  /** What is done. */
  interface Work {
    void run(Connection connection) throws SQLException;
  }

  private Transaction() {}

  /** Commits what the work did, or nothing of it. */
  static void run(Connection connection, String schema, Work work) throws SQLException {
    answerWithin(GREETING_MAX, connection);
    connection.setAutoCommit(false);
    try {
      limit(connection, schema);
      answerWithin(ANSWER_MAX, connection);
      work.run(connection);
      connection.commit();
    } catch (SQLException | RuntimeException | Error e) {
      try {
        connection.rollback();
      } catch (SQLException lost) {
        e.addSuppressed(lost); // the server rolls back by itself what it hears no more of
      }
      throw e;
    }
  }

  private static void answerWithin(Duration most, Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(most.toMillis()));
  }

  private static void limit(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LIMITS)) {
      statement.setString(1, '"' + schema + "\", public");
      statement.setString(2, STATEMENT_MAX.toMillis() + "ms");
      statement.setString(3, STATEMENT_MAX.toMillis() + "ms");
      statement.setString(4, ANSWER_MAX.toMillis() + "ms");
      statement.execute();
    }
  }

  /** The connection as the handler sees it: its own methods do not end the transaction. */
  static Connection guarded(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Transaction.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              boolean all = arguments == null || arguments.length == 0;
              if (NOT_THE_HANDLERS.contains(method.getName())
                  || (method.getName().equals("rollback") && all)) {
                throw new SQLException(
                    "a projection's handler must not call Connection."
                        + method.getName()
                        + ": its transaction is the projection's, which commits when it returns");
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
