package dev.perdure.example.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perdure.api.Subscription;
import dev.perdure.connect.postgres.Generations;
import dev.perdure.connect.postgres.PostgresPool;
import dev.perdure.connect.postgres.PostgresProjection;
import dev.perdure.connect.postgres.Projection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The code of the documents that no service of ours has. */
class GuideTest {

  private static final AccountRows ROWS = new AccountRows();

  // docs: generation
  private static List<Subscription<?>> generations(DataSource database) {
    Projection first = Projection.of("accounts", "account", "db/accounts");
    Projection second = first.generation(2, "db/accounts_v2");
    return List.of(
        PostgresProjection.of(first, database, ROWS),
        PostgresProjection.of(second, database, ROWS));
  }

  // docs: end

  // docs: show
  private static void change(DataSource database) throws SQLException {
    Generations accounts = Generations.of("accounts", database);
    accounts.show(2); // from now on readers see the second
    accounts.drop(1); // when the service lists the first one no more
  }

  // docs: end

  @Test
  void generationsAreSubscriptionsOfTheirOwn() throws SQLException {
    try (PostgresPool pool = PostgresPool.of("jdbc:postgresql://127.0.0.1:1/none", "x", "")) {
      assertThat(generations(pool.dataSource()))
          .extracting(Subscription::name)
          .containsExactly("accounts-v1", "accounts-v2");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> change(pool.dataSource()))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void theServiceIsTheLedgerWithTwoSubscriptions() {
    ReportingService service = new ReportingService(Map.of());
    assertThat(service.subscriptions())
        .extracting(Subscription::name)
        .containsExactly("accounts-v1", "account-events");
    assertThat(service.entities()).hasSize(1);
    assertThat(service.sagas()).hasSize(1);
  }
}
