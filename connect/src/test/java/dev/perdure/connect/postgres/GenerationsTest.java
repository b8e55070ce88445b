package dev.perdure.connect.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.api.Delivery;
import dev.perdure.connect.Purse;
import dev.perdure.connect.RunningNode;
import dev.perdure.connect.Wait;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projections that are built anew beside the live one. */
class GenerationsTest {

  private static final Projection FIRST = Projection.of("purses", "purse", "db/purses_v1");
  private static final Projection SECOND = FIRST.generation(2, "db/purses_v2");
  private static final String COINS = "select sum(coins) from purses.purses";

  @TempDir private static Path folder;
  @TempDir private Path data;

  private static Database database;
  private PostgresPool pool;
  private Generations generations;

  @BeforeAll
  static void startDatabase() throws Exception {
    database = Database.start(folder);
    database.execute("create role reader login");
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
    generations = Generations.of("purses", pool.dataSource());
  }

  @AfterEach
  void close() {
    pool.close();
  }

  private PostgresProjection<Purse.Event> first() {
    return PostgresProjection.of(FIRST, pool.dataSource(), ProjectionTest::apply);
  }

  private PostgresProjection<Purse.Event> second() {
    return PostgresProjection.of(SECOND, pool.dataSource(), GenerationsTest::applyAnew);
  }

  private static void applyAnew(Connection connection, List<Delivery<Purse.Event>> events)
      throws SQLException {
    try (PreparedStatement purses =
            connection.prepareStatement(
                "insert into purses values (?, 1, ?) on conflict (purse) do update set"
                    + " coins = purses.coins + excluded.coins, events = purses.events + 1");
        PreparedStatement payments =
            connection.prepareStatement("insert into payments values (?, ?, ?)")) {
      for (Delivery<Purse.Event> one : events) {
        long coins = one.event() instanceof Purse.Event.Put put ? put.coins() : 0;
        purses.setString(1, one.entity());
        purses.setLong(2, coins);
        purses.addBatch();
        payments.setString(1, one.entity());
        payments.setLong(2, one.version());
        payments.setLong(3, coins);
        payments.addBatch();
      }
      purses.executeBatch();
      payments.executeBatch();
    }
  }

  private static String readersSum(String column) throws SQLException {
    return database.rows("select sum(" + column + ") from purses.purses").getFirst();
  }

  @Test
  void anotherGenerationIsBuiltBesideTheLiveOneAndTakesItsPlace() throws Exception {
    try (RunningNode node = new RunningNode(data, first())) {
      node.put(0, 200, 5);
      Wait.until("the first is live", () -> readersSum("events").equals("200"));
    }
    database.execute("grant usage on schema purses to reader");
    database.execute("grant select on purses.purses to reader");
    try (RunningNode node = new RunningNode(data, first(), second())) {
      Wait.until(
          "the second has caught up",
          () -> database.rows("select count(*) from purses_v2.payments").equals(List.of("200")));
      node.put(200, 250, 5);
      assertThat(generations.live()).isEqualTo(1);
      Wait.until(
          "the first goes on meanwhile",
          () -> readersSum("balance").equals(String.valueOf(31_125)));
      generations.show(2);
      assertThat(generations.live()).isEqualTo(2);
      node.put(250, 260, 5);
      Wait.until("readers see the second", () -> readersSum("coins").equals("33670"));
    }
    assertThat(database.rowsAs("reader", "select count(*) from purses.purses"))
        .containsExactly("5");
    assertThat(database.rows("select count(*) from purses.payments")).containsExactly("260");
    assertThatThrownBy(() -> generations.drop(2)).hasMessageStartingWith("generation-live");
    generations.drop(1);
    assertThatThrownBy(() -> generations.drop(1)).hasMessageStartingWith("generation-unknown");
    assertThatThrownBy(() -> generations.show(1)).hasMessageStartingWith("generation-unknown");
    assertThat(readersSum("coins")).isEqualTo("33670");
  }

  @Test
  void readersNeverSeeTimeGoBack() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (RunningNode node = new RunningNode(data, first(), second());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      node.put(0, 50, 5);
      Wait.until("the first is live", () -> readersSum("events").equals("50"));
      Wait.until(
          "the second is there",
          () -> database.rows("select count(*) from purses_v2.payments").equals(List.of("50")));
      Future<Integer> load =
          threads.submit(
              () -> {
                int next = 50;
                while (!over.get()) {
                  node.put(next, next + 10, 5);
                  next += 10;
                }
                return next;
              });
      long last = 0;
      for (int i = 0; i < 30; i++) {
        long now = Long.parseLong(readersSum("events"));
        assertThat(now).isGreaterThanOrEqualTo(last);
        last = now;
        if (i % 10 == 5) {
          generations.show(i == 15 ? 1 : 2);
        }
      }
      over.set(true);
      int all = load.get();
      Wait.until("all is there", () -> readersSum("events").equals(String.valueOf(all)));
    }
  }

  @Test
  void refusesOneThatIsBehindAndChangesNothing() throws Exception {
    first().handle(List.of(Purse.put("a", 1, 5), Purse.put("b", 1, 5)));
    second().handle(List.of(Purse.put("a", 1, 5)));
    assertThatThrownBy(() -> generations.show(2))
        .isInstanceOf(ProjectionException.class)
        .hasMessageStartingWith("generation-behind: generation 2 of purses")
        .hasMessageContaining("is still behind the live one after 10 s");
    assertThat(generations.live()).isEqualTo(1);
    first().handle(List.of(Purse.put("a", 2, 5)));
    assertThat(readersSum("balance")).isEqualTo("15");
  }

  @Test
  void holdsUpTheLiveOneForTenSecondsHoweverSlowTheDatabaseIs() throws Exception {
    first().handle(List.of(Purse.put("a", 1, 5), Purse.put("b", 1, 5)));
    second().handle(List.of(Purse.put("a", 1, 5)));
    for (String sql :
        List.of(
            "create sequence purses_v2.looks",
            "create function purses_v2.look() returns bigint volatile language plpgsql as"
                + " 'begin perform pg_sleep(2); return nextval(''purses_v2.looks''); end'",
            "alter table purses_v2.perdure_cursor rename to slow",
            "create view purses_v2.perdure_cursor as"
                + " select c.* from purses_v2.slow c cross join purses_v2.look()")) {
      database.execute(sql);
    }
    assertThatThrownBy(() -> generations.show(2)).hasMessageStartingWith("generation-behind");
    int looks =
        Integer.parseInt(database.rows("select last_value from purses_v2.looks").getFirst());
    assertThat(looks).isBetween(2, 8);
    assertThat(generations.live()).isEqualTo(1);
  }

  @Test
  void aViewOfSomebodyElseIsNotPulledAwayUnderHim() throws Exception {
    first().handle(List.of(Purse.put("a", 1, 5)));
    second().handle(List.of(Purse.put("a", 1, 5)));
    database.execute("create view purses_rich as select * from purses.purses where balance > 4");
    assertThatThrownBy(() -> generations.show(2)).hasMessageContaining("purses_rich");
    assertThat(database.rows("select purse from purses_rich")).containsExactly("a");
    database.execute("drop view purses_rich");
    generations.show(2);
    assertThat(database.rows(COINS)).containsExactly("5");
  }
}
