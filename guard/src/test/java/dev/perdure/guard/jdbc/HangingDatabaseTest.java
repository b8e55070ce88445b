package dev.perdure.guard.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.guard.Call;
import dev.perdure.guard.Caller;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.Guard;
import dev.perdure.guard.Time;
import dev.perdure.guard.policy.Breaking;
import dev.perdure.guard.policy.Deadlines;
import dev.perdure.guard.policy.Policy;
import dev.perdure.guard.policy.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers nothing, behind a driver that asks it by a real socket. */
class HangingDatabaseTest {
  private final Dependency db =
      Guard.builder()
          .judge("db", SqlJudge.INSTANCE)
          .policies(
              Map.of(
                  "db",
                  Policy.defaults()
                      .with(Retry.none())
                      .with(
                          Breaking.defaults()
                              .shared()
                              .tripping(new Breaking.Trip(Duration.ofSeconds(10), 50, 2)))
                      .with(Deadlines.of(Duration.ofSeconds(3), Duration.ofMillis(200)))))
          .build()
          .dependency("db");

  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile boolean answers;
  private ServerSocket server;
  private Socket socket;
  private boolean heedsAbort = true;
  private boolean answersLate;
  private long lateNs;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Socket one = server.accept();
              accepted.add(one);
              Thread.startVirtualThread(() -> serve(one));
            }
          } catch (IOException e) {
            // The end of the test.
          }
        });
    socket = new Socket(server.getInetAddress(), server.getLocalPort());
  }

  private void serve(Socket one) {
    try {
      while (one.getInputStream().read() >= 0) {
        if (answers) {
          one.getOutputStream().write(1);
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    socket.close();
    for (Socket one : accepted) {
      one.close();
    }
  }

  private static <T> T made(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Asks the server and waits for what it says. */
  private Object ask(String what) throws SQLException {
    asked.add(what);
    while (answersLate && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(1_000_000);
    }
    if (answersLate) {
      long endNs = System.nanoTime() + lateNs;
      while (System.nanoTime() - endNs < 0) {
        Thread.onSpinWait();
      }
    }
    try {
      socket.getOutputStream().write(1);
      if (socket.getInputStream().read() < 0) {
        throw new IOException("end of stream");
      }
      return null;
    } catch (IOException e) {
      throw new SQLException("I/O error", "08006", e);
    }
  }

  private Connection connection() throws SQLException {
    Statement statement =
        made(
            Statement.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getQueryTimeout" -> 0;
                  case "execute" -> {
                    ask("execute");
                    yield true;
                  }
                  case "close" -> ask("close statement");
                  default -> null;
                });
    PreparedStatement prepared =
        made(PreparedStatement.class, (proxy, method, arguments) -> ask(method.getName()));
    Connection connection =
        made(
            Connection.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "prepareStatement" -> prepared;
                  case "createStatement" -> statement;
                  case "abort" -> {
                    if (heedsAbort) {
                      close(socket);
                    }
                    yield null;
                  }
                  case "getAutoCommit" -> true;
                  case "toString" -> "plain";
                  default -> ask(method.getName());
                });
    DataSource source = made(DataSource.class, (proxy, method, arguments) -> connection);
    return new GuardedDataSource(source, db).getConnection();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Step {
    void run(Connection connection) throws SQLException;
  }

  private static final Map<String, Step> STEPS =
      Map.of(
          "commit", Connection::commit,
          "rollback", Connection::rollback,
          "close", Connection::close,
          "setAutoCommit", connection -> connection.setAutoCommit(false),
          "setSavepoint", Connection::setSavepoint,
          "execute", connection -> connection.createStatement().execute("select 1"),
          "close statement", connection -> connection.createStatement().close(),
          "getMetaData", connection -> connection.prepareStatement("select ?").getMetaData(),
          "getParameterMetaData",
              connection -> connection.prepareStatement("select ?").getParameterMetaData());

  @ParameterizedTest
  @CsvSource({
    "true, commit",
    "true, rollback",
    "true, close",
    "true, setAutoCommit",
    "true, setSavepoint",
    "true, execute",
    "true, close statement",
    "false, commit",
    "false, rollback",
    "false, close",
    "false, setAutoCommit",
    "false, setSavepoint",
    "false, execute",
    "false, close statement",
    "true, getMetaData",
    "true, getParameterMetaData",
    "false, getMetaData",
    "false, getParameterMetaData"
  })
  void nothingThatIsAskedHangsForEver(boolean isVirtual, String step) throws Exception {
    Connection connection = connection();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Runnable work =
        () -> {
          try {
            STEPS.get(step).run(connection);
          } catch (SQLException e) {
            thrown.set(e);
          }
          interrupted.set(Thread.currentThread().isInterrupted());
        };
    Thread thread = (isVirtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(work);
    // An attempt has 200 ms; a statement that its query timeout does not end another 1.3 s.
    assertThat(thread.join(Duration.ofSeconds(3))).as("%s has ended", step).isTrue();
    assertThat(thrown.get()).isInstanceOf(SQLTimeoutException.class);
    assertThat(interrupted.get()).as("an interrupt is left").isFalse();
    assertThat(asked).containsExactly(step);
    assertThat(socket.isClosed()).as("what it said late must not be taken for news").isTrue();
    assertThat(db.underWay()).isZero();
    assertThat(db.counts().timedOut()).isEqualTo(1);
  }

  @Test
  void whatEndsTransactionIsSentWithBreakerOpenAndDeadlineOver() throws Exception {
    Connection connection = connection();
    // One of two calls: opening the connection was good.
    assertThatThrownBy(() -> db.call(Call.once(), attempt -> fail()))
        .isInstanceOf(SQLException.class);
    assertThat(db.refuses()).isTrue();
    answers = true;
    Caller late = Caller.none().within(Duration.ZERO, Time.system());
    Object done =
        late.call(
            () -> {
              connection.rollback();
              connection.close();
              return "done";
            });
    assertThat(done).isEqualTo("done");
    assertThat(asked).containsExactly("rollback", "close");
  }

  private static Object fail() throws SQLException {
    throw new SQLException("down", "57P01");
  }

  @Test
  void interruptThatCameBeforeIsThereAfterwardsAndDoesNotBreakTheConnection() throws Exception {
    Connection connection = connection();
    answers = true;
    AtomicReference<Object> became = new AtomicReference<>();
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              Thread.currentThread().interrupt();
              try {
                connection.rollback();
                became.set("done, interrupted: " + Thread.currentThread().isInterrupted());
              } catch (SQLException e) {
                became.set(e);
              }
            });
    thread.join();
    assertThat(became.get()).isEqualTo("done, interrupted: true");
    assertThat(socket.isClosed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 50, 90, 150})
  void commitThatIsAnsweredAfterItsTimeWasDone(int lateMs) throws Exception {
    // Else a machine that stalls may lose the connection before the answer.
    heedsAbort = false;
    answersLate = true;
    lateNs = lateMs * 1_000_000L;
    answers = true;
    Connection connection = connection();
    AtomicReference<Object> became = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    connection.commit();
                    became.set("done, interrupted: " + Thread.currentThread().isInterrupted());
                  } catch (SQLException e) {
                    became.set(e);
                  }
                });
    thread.join();
    assertThat(became.get()).isEqualTo("done, interrupted: false");
    assertThat(asked).containsExactly("commit");
    assertThat(db.counts().timedOut()).isZero();
  }

  @Test
  void driverThatCannotAbortIsReported() throws Exception {
    heedsAbort = false;
    Connection connection = connection();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class));
    long endNs = System.nanoTime() + 10_000_000_000L;
    while (db.counts().overran() == 0) {
      assertThat(System.nanoTime()).isLessThan(endNs);
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(thread.isAlive()).isTrue();
    socket.close();
    thread.join();
  }

  @Test
  void whatNeedsNoDatabaseIsNotWatched() throws SQLException {
    Connection connection = connection();
    assertThat(connection.getAutoCommit()).isTrue();
    assertThat(connection.toString()).isEqualTo("plain");
    assertThat(db.counts().timedOut()).isZero();
  }
}
