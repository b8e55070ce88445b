package dev.perdure.guard.jdbc;

import dev.perdure.guard.Attempt;
import dev.perdure.guard.Call;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.NotSentException;
import dev.perdure.guard.TimedOutException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose connections and statements go through a {@link Dependency}. Opening a
 * connection is retried; a statement never is, because nobody here knows what it does. Everything
 * else that a connection can be told, commit, rollback and close among it, and what a statement
 * asks beside executions, is never refused, but has the time of an attempt. What they give is not
 * guarded: rows, metadata and large objects that ask the database themselves.
 *
 * <p>A statement's time is its query timeout too while it runs, in whole seconds and unless its own
 * is shorter. Where an interrupt does not help, as with the sockets of platform threads, the
 * connection is aborted: what ran over its time has lost its connection. Refusals are {@link
 * SQLTransientException}, time-outs {@link SQLTimeoutException}; the guard's own exception is the
 * cause. Give its guard the {@link SqlJudge}.
 */
public final class GuardedDataSource implements DataSource {
  private static final String REFUSED = "57P03";

  /**
   * The query timeout is in whole seconds, and may end a statement and leave the connection: how
   * much later that may be, and a little.
   */
  private static final long QUERY_TIMEOUT_MS = 1_200;

  /** What a connection is asked or told without its database, or what has a time of its own. */
  private static final Set<String> AT_ONCE =
      Set.of(
          "abort",
          "clearWarnings",
          "createStatement",
          "equals",
          "getAutoCommit",
          "getClientInfo",
          "getHoldability",
          "getNetworkTimeout",
          "getTypeMap",
          "getWarnings",
          "hashCode",
          "isClosed",
          "isReadOnly",
          "isValid",
          "isWrapperFor",
          "nativeSQL",
          "setHoldability",
          "setNetworkTimeout",
          "setTypeMap",
          "toString",
          "unwrap");

  /** What a statement asks its database beside executions. */
  private static final Set<String> ASKING =
      Set.of("close", "getGeneratedKeys", "getMetaData", "getMoreResults", "getParameterMetaData");

  /** A connection that comes too late is closed: a pool would lack it for ever. */
  private static final Call CONNECT =
      Call.idempotent().discarding(GuardedDataSource::closeConnection);

  private final DataSource source;
  private final Dependency dependency;

  /** Guards this source. */
  public GuardedDataSource(DataSource source, Dependency dependency) {
    this.source = source;
    this.dependency = dependency;
  }

  private interface Body<T extends @Nullable Object> {
    T run(Attempt attempt) throws SQLException;
  }

  private <T extends @Nullable Object> T guarded(Call call, Body<T> body) throws SQLException {
    return said(() -> dependency.call(call, body::run));
  }

  /** Never refused, but not for ever either. */
  private @Nullable Object finished(
      Connection connection, Object target, Method method, Object @Nullable [] arguments)
      throws SQLException {
    CountDownLatch over = new CountDownLatch(1);
    Call call = Call.once().stopping(() -> abortUnless(over, 0, connection));
    return said(
        () ->
            dependency.<@Nullable Object, SQLException>finish(
                call, attempt -> ending(over, () -> invoke(target, method, arguments))));
  }

  private interface Said<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  private static <T extends @Nullable Object> T said(Said<T> call) throws SQLException {
    try {
      return call.run();
    } catch (NotSentException e) {
      throw new SQLTransientException(e.getMessage(), REFUSED, e);
    } catch (TimedOutException e) {
      throw new SQLTimeoutException(e.getMessage(), e);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    return guard(guarded(CONNECT, attempt -> source.getConnection()));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return guard(guarded(CONNECT, attempt -> source.getConnection(user, password)));
  }

  private static void closeConnection(Object connection) {
    try {
      ((Connection) connection).close();
    } catch (SQLException e) {
      // It was of no use anyway.
    }
  }

  private Connection guard(Connection connection) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          Object made =
              AT_ONCE.contains(method.getName())
                  ? invoke(connection, method, arguments)
                  : finished(connection, connection, method, arguments);
          return made instanceof Statement statement
              ? guard(statement, method.getReturnType(), (Connection) proxy, connection)
              : made;
        });
  }

  private Object guard(Statement statement, Class<?> type, Connection guarded, Connection plain) {
    return proxy(
        type,
        (proxy, method, arguments) -> {
          String name = method.getName();
          if (name.equals("getConnection")) {
            return guarded;
          }
          if (ASKING.contains(name)) {
            return finished(plain, statement, method, arguments);
          }
          if (!name.startsWith("execute")) {
            return invoke(statement, method, arguments);
          }
          CountDownLatch over = new CountDownLatch(1);
          Call call = Call.once().stopping(() -> abortUnless(over, QUERY_TIMEOUT_MS, plain));
          return this.<@Nullable Object>guarded(
              call, attempt -> ending(over, () -> execute(attempt, statement, method, arguments)));
        });
  }

  private static @Nullable Object ending(CountDownLatch over, Said<@Nullable Object> work)
      throws SQLException {
    try {
      return work.run();
    } finally {
      over.countDown();
    }
  }

  /** Somebody else may have the connection when what was asked of it is over. */
  private static void abortUnless(CountDownLatch over, long laterMs, Connection connection) {
    try {
      if (!over.await(laterMs, TimeUnit.MILLISECONDS)) {
        abort(connection);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | AbstractMethodError e) {
      // A driver that cannot: it goes on until it ends, and was reported.
    }
  }

  private static @Nullable Object execute(
      Attempt attempt, Statement statement, Method method, Object @Nullable [] arguments)
      throws SQLException {
    int seconds = (int) Math.ceilDiv(attempt.remaining().toMillis(), 1_000);
    int own = statement.getQueryTimeout();
    if (own != 0 && own <= seconds) {
      return invoke(statement, method, arguments);
    }
    statement.setQueryTimeout(seconds);
    try {
      return invoke(statement, method, arguments);
    } finally {
      restore(statement, own);
    }
  }

  /** The time was this execution's. */
  private static void restore(Statement statement, int seconds) {
    try {
      statement.setQueryTimeout(seconds);
    } catch (SQLException e) {
      // It is closed or broken. What became of the execution matters more.
    }
  }

  private static @Nullable Object invoke(
      Object target, Method method, Object @Nullable [] arguments) throws SQLException {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case SQLException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new SQLException(e.getCause());
      }
    } catch (IllegalAccessException e) {
      throw new SQLException(e);
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            GuardedDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(source) ? type.cast(source) : source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(source) || source.isWrapperFor(type);
  }
}
