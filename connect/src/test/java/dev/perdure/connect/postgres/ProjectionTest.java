package dev.perdure.connect.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.perdure.api.Delivery;
import dev.perdure.api.Undeliverable;
import dev.perdure.connect.Purse;
import dev.perdure.connect.RunningNode;
import dev.perdure.connect.Wait;
import dev.perdure.lab.cluster.host.Shell;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projections into a real database, from a real node and from events made by hand. */
class ProjectionTest {

  private static final Projection PURSES = Projection.of("purses", "purse", "db/purses_v1");
  private static final int PURSE_COUNT = 7;

  /** Less than the half minute that an answer may take. */
  private static final Duration SOON = Duration.ofSeconds(25);

  private static final int ATTEMPTS_MAX = 4;

  @TempDir private static Path folder;
  @TempDir private Path data;

  private static Database database;
  private PostgresPool pool;

  @BeforeAll
  static void startDatabase() throws Exception {
    database = Database.start(folder);
  }

  @AfterAll
  static void stopDatabase() {
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void open() throws SQLException {
    for (String schema : List.of("purses", "purses_v1", "purses_v2")) {
      database.execute("drop schema if exists " + schema + " cascade");
    }
    pool = database.pool();
  }

  @AfterEach
  void close() {
    pool.close();
  }

  /** Not one that could be applied twice unseen. */
  static void apply(Connection connection, List<Delivery<Purse.Event>> events) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into purses values (?, ?, 1) on conflict (purse) do update set"
                + " balance = purses.balance + excluded.balance, events = purses.events + 1")) {
      for (Delivery<Purse.Event> one : events) {
        statement.setString(1, one.entity());
        statement.setLong(2, one.event() instanceof Purse.Event.Put put ? put.coins() : 0);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private PostgresProjection<Purse.Event> projection() {
    return projection(ProjectionTest::apply);
  }

  private PostgresProjection<Purse.Event> projection(Handler<Purse.Event> handler) {
    return PostgresProjection.of(PURSES, pool.dataSource(), handler);
  }

  private static List<String> purses() throws SQLException {
    return database.rows("select purse, balance, events from purses.purses order by purse");
  }

  private static List<String> expected(int events) {
    long[] balances = new long[PURSE_COUNT];
    long[] counts = new long[PURSE_COUNT];
    for (int i = 0; i < events; i++) {
      balances[i % PURSE_COUNT] += i;
      counts[i % PURSE_COUNT]++;
    }
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < PURSE_COUNT; i++) {
      rows.add("p" + i + " " + balances[i] + " " + counts[i]);
    }
    return rows;
  }

  @Test
  void appliesEachEventOnceThroughRestartsAndARewind() {
    for (int round = 0; round < 3; round++) {
      try (RunningNode node = new RunningNode(data, projection())) {
        node.put(round * 100, round * 100 + 100, PURSE_COUNT);
        if (round == 2) {
          Wait.until("all is projected", () -> purses().equals(expected(300)));
          node.rewind("purses-v1");
          node.put(300, 310, PURSE_COUNT);
          Wait.until("the rest is projected", () -> purses().equals(expected(310)));
          Wait.until("all was read again", node::caughtUp);
        }
      }
    }
    Wait.until("nothing was applied twice", () -> purses().equals(expected(310)));
  }

  @Test
  void waitsWhileTheDatabaseIsAwayAndLosesNothing() {
    try (RunningNode node = new RunningNode(data, projection())) {
      node.put(0, 100, PURSE_COUNT);
      Wait.until("it began", () -> !purses().isEmpty());
      database.server().kill();
      node.put(100, 300, PURSE_COUNT);
      Wait.until("it says what is wrong", () -> node.error("purses-v1").contains("Connection"));
      database.server().start();
      Wait.until("all is projected", () -> purses().equals(expected(300)));
      assertThat(node.dead("purses-v1")).isEmpty();
    }
  }

  @Test
  void aConnectionThatFellSilentIsFoundOutLongBeforeAStatementMayTakeItsTime() throws Exception {
    PostgresProjection<Purse.Event> projection = projection();
    projection.handle(List.of(Purse.put("a", 1, 1)));
    List<String> others =
        database.rows(
            "select pid from pg_stat_activity where application_name = 'perdure-projections'");
    assertThat(others).isNotEmpty();
    try {
      others.forEach(pid -> Shell.run("kill", "-STOP", pid)); // as behind a line that was cut
      assertTimeout(SOON, () -> handledAtLast(projection, List.of(Purse.put("a", 2, 2))));
    } finally {
      others.forEach(pid -> Shell.run("kill", "-CONT", pid));
    }
    assertThat(purses()).containsExactly("a 3 2");
  }

  /** By way of another connection, once the pool has given up those that are silent. */
  private static void handledAtLast(
      PostgresProjection<Purse.Event> projection, List<Delivery<Purse.Event>> batch)
      throws SQLException {
    for (int left = ATTEMPTS_MAX; ; left--) {
      try {
        projection.handle(batch);
        return;
      } catch (SQLException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  @Test
  void ofTwoLeadersTheSecondFindsAllDone() throws Exception {
    AtomicInteger applied = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Handler<Purse.Event> slow =
        (connection, events) -> {
          apply(connection, events);
          applied.addAndGet(events.size());
          first.countDown();
          try {
            assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new SQLException(e);
          }
        };
    Handler<Purse.Event> other =
        (connection, events) -> {
          apply(connection, events);
          applied.addAndGet(events.size());
        };
    List<Delivery<Purse.Event>> batch = List.of(Purse.put("a", 1, 5), Purse.put("a", 2, 6));
    PostgresProjection<Purse.Event> old = projection(slow);
    PostgresProjection<Purse.Event> young = projection(other);
    young.handle(List.of(Purse.put("z", 1, 1)));
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> one = threads.submit(() -> handled(old, batch));
      Wait.until("the first is at it", () -> first.getCount() == 0 || one.isDone());
      assertThat(one).isNotDone();
      Future<?> two = threads.submit(() -> handled(young, batch));
      Wait.until(
          "the second waits for the first",
          () ->
              two.isDone()
                  || !database
                      .rows("select pid from pg_stat_activity where wait_event_type = 'Lock'")
                      .isEmpty());
      assertThat(two).isNotDone();
      goOn.countDown();
      one.get();
      two.get();
    }
    assertThat(applied).hasValue(3);
    assertThat(purses()).containsExactly("a 11 2", "z 1 1");
  }

  private static Void handled(
      PostgresProjection<Purse.Event> projection, List<Delivery<Purse.Event>> batch)
      throws SQLException {
    projection.handle(batch);
    return null;
  }

  @Test
  void keepsNothingOfABatchThatFails() throws Exception {
    PostgresProjection<Purse.Event> failing =
        projection(
            (connection, events) -> {
              apply(connection, events);
              throw new SQLException("no");
            });
    List<Delivery<Purse.Event>> batch = List.of(Purse.put("a", 1, 5), Purse.put("b", 1, 6));
    assertThatThrownBy(() -> failing.handle(batch)).hasMessage("no");
    assertThat(purses()).isEmpty();
    projection().handle(batch);
    assertThat(purses()).containsExactly("a 5 1", "b 6 1");
  }

  @Test
  void refusesAGapAndGoesOnWhenTheMissingEventsComeAgain() throws Exception {
    PostgresProjection<Purse.Event> projection = projection();
    projection.handle(List.of(Purse.put("a", 1, 1)));
    assertThatThrownBy(() -> projection.handle(List.of(Purse.put("a", 3, 1))))
        .isInstanceOf(ProjectionException.class)
        .hasMessageStartingWith("projection-gap: event purse/a/3")
        .hasMessageContaining("up to version 1")
        .hasMessageContaining("perdure subscription rewind purses-v1");
    assertThatThrownBy(() -> projection.handle(List.of(Purse.put("b", 2, 1))))
        .hasMessageContaining("up to version 0");
    projection.handle(
        List.of(
            Purse.put("a", 1, 1),
            Purse.put("a", 2, 1),
            Purse.put("a", 2, 1),
            Purse.put("a", 3, 1)));
    assertThat(purses()).containsExactly("a 3 3");
  }

  @Test
  void anEventThatTheHandlerCallsUndeliverableIsNoDeadLetter() {
    AtomicBoolean refuses = new AtomicBoolean(true);
    PostgresProjection<Purse.Event> projection =
        projection(
            (connection, events) -> {
              if (refuses.get()) {
                throw new Undeliverable("too strange");
              }
              apply(connection, events);
            });
    try (RunningNode node = new RunningNode(data, projection)) {
      node.put(0, 20, PURSE_COUNT);
      Wait.until(
          "it says why it waits",
          () -> node.error("purses-v1").contains("projection-refused: too strange"));
      assertThat(node.dead("purses-v1")).isEmpty();
      refuses.set(false);
      Wait.until("all is projected", () -> purses().equals(expected(20)));
      assertThat(node.dead("purses-v1")).isEmpty();
    }
  }

  @Test
  void refusesAHistoryThatWasWrittenAnew() throws Exception {
    PostgresProjection<Purse.Event> projection = projection();
    projection.handle(List.of(Purse.put("a", 1, 1)));
    Delivery<Purse.Event> same = Purse.put("a", 1, 1);
    Delivery<Purse.Event> other =
        new Delivery<>(
            same.tenant(),
            same.type(),
            same.entity(),
            1,
            same.name(),
            same.event(),
            same.time().plus(1, ChronoUnit.MICROS),
            "x",
            1);
    projection.handle(List.of(same));
    assertThatThrownBy(() -> projection.handle(List.of(other)))
        .hasMessageStartingWith("projection-rewritten")
        .hasMessageContaining("as generation 2");
  }

  @Test
  void keepsTenantsApart() throws Exception {
    Delivery<Purse.Event> one = Purse.put("a", 1, 1);
    Delivery<Purse.Event> other =
        new Delivery<>("blue", "purse", "a", 1, "put", one.event(), one.time(), "x", 1);
    AtomicInteger applied = new AtomicInteger();
    projection((connection, events) -> applied.addAndGet(events.size()))
        .handle(List.of(one, other, one, other));
    assertThat(applied).hasValue(2);
  }

  @Test
  void doesNotLetTheHandlerEndTheTransaction() throws Exception {
    for (String method : List.of("commit", "rollback", "close")) {
      PostgresProjection<Purse.Event> projection =
          projection(
              (connection, events) -> {
                apply(connection, events);
                try {
                  Connection.class.getMethod(method).invoke(connection);
                } catch (java.lang.reflect.InvocationTargetException e) {
                  throw (SQLException) e.getCause();
                } catch (ReflectiveOperationException e) {
                  throw new SQLException(e);
                }
              });
      assertThatThrownBy(() -> projection.handle(List.of(Purse.put("a", 1, 1))))
          .hasMessageContaining("must not call Connection." + method);
    }
    assertThat(purses()).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithMigrations() {
    Projection none = Projection.of("purses", "purse", "db/none");
    assertThatThrownBy(
            () ->
                PostgresProjection.of(none, pool.dataSource(), ProjectionTest::apply)
                    .handle(List.of(Purse.put("a", 1, 1))))
        .hasMessageContaining("db/none");
  }
}
