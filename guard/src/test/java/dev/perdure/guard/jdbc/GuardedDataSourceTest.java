package dev.perdure.guard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.Dependency;
import dev.perdure.guard.Guard;
import dev.perdure.guard.NotSentException;
import dev.perdure.guard.Verdict;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statements through a guard. The driver is a stand-in that fails as it is told. */
class GuardedDataSourceTest {
  private final Policy policy =
      Policy.defaults()
          .with(Breaking.defaults().tripping(new Breaking.Trip(Duration.ofSeconds(10), 50, 5)));
  private final Dependency db = dependency(policy);
  private SQLException failure;
  private int executed;
  private int queryTimeout;
  private int timeoutOfExecution;
  private boolean closes;

  private static Dependency dependency(Policy policy) {
    return Guard.builder()
        .judge("db", SqlJudge.INSTANCE)
        .policies(Map.of("db", policy))
        .build()
        .dependency("db");
  }

  private static <T> T made(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private DataSource driver() {
    PreparedStatement statement =
        made(
            PreparedStatement.class,
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "executeUpdate" -> {
                  executed++;
                  timeoutOfExecution = queryTimeout;
                  if (failure != null) {
                    throw failure;
                  }
                  return 1;
                }
                case "setQueryTimeout" -> {
                  if (closes && executed > 0) {
                    throw new SQLException("closed");
                  }
                  queryTimeout = (int) arguments[0];
                }
                case "getQueryTimeout" -> {
                  return queryTimeout;
                }
                default -> {}
              }
              return null;
            });
    Connection connection =
        made(
            Connection.class,
            (proxy, method, arguments) ->
                method.getName().equals("prepareStatement") ? statement : null);
    return made(DataSource.class, (proxy, method, arguments) -> connection);
  }

  @Test
  void statementsAreGuardedButTheirOwnMistakesAreNoFailures() throws SQLException {
    Connection connection = new GuardedDataSource(driver(), db).getConnection();
    PreparedStatement statement = connection.prepareStatement("update it");
    assertThat(statement.getConnection()).isSameAs(connection);
    assertThat(statement.executeUpdate()).isEqualTo(1);
    assertThat(timeoutOfExecution).as("seconds, for drivers that heed no interrupt").isEqualTo(1);
    failure = new SQLIntegrityConstraintViolationException("duplicate", "23505");
    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(statement::executeUpdate).isSameAs(failure);
    }
    failure = new SQLException("gone", "08006");
    for (int i = 0; i < 60; i++) {
      assertThatThrownBy(statement::executeUpdate).isInstanceOf(SQLException.class);
    }
    assertThat(executed).as("the breaker has opened in between").isLessThan(70);
    assertThatThrownBy(statement::executeUpdate)
        .isInstanceOf(SQLTransientException.class)
        .hasCauseInstanceOf(NotSentException.class)
        .hasMessage("db: not sent: calls have failed too often");
    connection.rollback();
    connection.close();
    assertThat(db.counts().repeats()).as("statements are never retried").isZero();
  }

  @Test
  void queryTimeoutOfTheStatementItselfIsThereAgainAfterEachExecution() throws SQLException {
    Connection connection = new GuardedDataSource(driver(), db).getConnection();
    PreparedStatement statement = connection.prepareStatement("update it");
    for (int own : new int[] {30, 0}) {
      statement.setQueryTimeout(own);
      assertThat(statement.executeUpdate()).isEqualTo(1);
      assertThat(timeoutOfExecution).isEqualTo(1);
      assertThat(queryTimeout).isEqualTo(own);
    }
    failure = new SQLException("gone", "08006");
    assertThatThrownBy(statement::executeUpdate).isSameAs(failure);
    assertThat(queryTimeout).isZero();
  }

  @Test
  void shorterQueryTimeoutOfTheStatementItselfIsHeeded() throws SQLException {
    Deadlines long30 = Deadlines.of(Duration.ofSeconds(30), Duration.ofSeconds(30));
    Dependency it = dependency(policy.with(long30));
    Connection connection = new GuardedDataSource(driver(), it).getConnection();
    PreparedStatement statement = connection.prepareStatement("update it");
    statement.setQueryTimeout(5);
    assertThat(statement.executeUpdate()).isEqualTo(1);
    assertThat(timeoutOfExecution).isEqualTo(5);
    assertThat(queryTimeout).isEqualTo(5);
  }

  @Test
  void statementThatClosesItselfKeepsItsResult() throws SQLException {
    Connection connection = new GuardedDataSource(driver(), db).getConnection();
    PreparedStatement statement = connection.prepareStatement("update it");
    closes = true;
    assertThat(statement.executeUpdate()).isEqualTo(1);
  }

  /** Connections that were opened and closed. The next one may come only after an interrupt. */
  private static final class Pool {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicBoolean slow = new AtomicBoolean();

    DataSource source() {
      Connection connection =
          made(
              Connection.class,
              (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                  closed.incrementAndGet();
                }
                return null;
              });
      return made(
          DataSource.class,
          (proxy, method, arguments) -> {
            boolean late = slow.getAndSet(false);
            opened.incrementAndGet();
            while (late && !Thread.interrupted()) {
              LockSupport.park();
            }
            return connection;
          });
    }

    void awaitOpen(int connections) {
      long endNs = System.nanoTime() + 10_000_000_000L;
      while (opened.get() - closed.get() != connections) {
        assertThat(System.nanoTime()).as("%s, %s", opened, closed).isLessThan(endNs);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Deadlines.Isolation.class)
  void connectionThatComesTooLateIsClosed(Deadlines.Isolation isolation) {
    Deadlines short50 = Deadlines.of(Duration.ofSeconds(3), Duration.ofMillis(50));
    Dependency it = dependency(policy.with(Retry.none()).with(short50.isolated(isolation)));
    Pool pool = new Pool();
    pool.slow.set(true);
    assertThatThrownBy(new GuardedDataSource(pool.source(), it)::getConnection)
        .isInstanceOf(SQLTimeoutException.class);
    pool.awaitOpen(0);
    assertThat(pool.opened).hasValue(1);
  }

  @Test
  void connectionOfTheSlowerOfTwoAttemptsIsClosed() throws SQLException {
    Dependency it = dependency(policy.with(Retry.of(2).within(100).hedged()));
    Pool pool = new Pool();
    GuardedDataSource source = new GuardedDataSource(pool.source(), it);
    int kept = 50;
    for (int i = 0; i < kept; i++) {
      pool.slow.set(i == kept - 1);
      assertThat(source.getConnection()).isNotNull();
    }
    pool.awaitOpen(kept);
    assertThat(pool.opened).hasValueGreaterThan(kept);
  }

  @Test
  void judgesByClassOfState() {
    SqlJudge judge = SqlJudge.INSTANCE;
    assertThat(judge.thrown(new SQLException("down", "57P01"))).isEqualTo(Verdict.ERROR);
    assertThat(judge.thrown(new SQLException("syntax", "42601"))).isEqualTo(Verdict.OK);
    assertThat(judge.thrown(new SQLException("broken", "08003"))).isEqualTo(Verdict.CONNECT);
    assertThat(judge.thrown(new SQLException("who knows"))).isEqualTo(Verdict.ERROR);
  }
}
