package dev.perdure.example.reporting;

import dev.perdure.api.Capability;
import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.connect.kafka.KafkaOutbox;
import dev.perdure.connect.kafka.Outbox;
import dev.perdure.connect.postgres.PostgresPool;
import dev.perdure.connect.postgres.PostgresProjection;
import dev.perdure.connect.postgres.Projection;
import dev.perdure.example.ledger.LedgerService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ledger, whose accounts are rows in PostgreSQL and whose events are messages in Kafka. Where
 * both are is said by the environment.
 */
public final class ReportingService implements Service {

  private final LedgerService ledger;
  private final List<Subscription<?>> subscriptions;

  /** As found by {@link java.util.ServiceLoader}. */
  public ReportingService() {
    this(System.getenv());
  }

  ReportingService(Map<String, String> environment) {
    this(new LedgerService(), List.of(projection(environment), outbox(environment)));
  }

  /** A ledger with an outside world of its own, and some of the two. */
  ReportingService(LedgerService ledger, List<Subscription<?>> subscriptions) {
    this.ledger = ledger;
    this.subscriptions = List.copyOf(subscriptions);
  }

  // docs: projection
  static Subscription<?> projection(Map<String, String> environment) {
    PostgresPool pool =
        PostgresPool.of(
            environment.getOrDefault(
                "REPORTING_DATABASE_URL", "jdbc:postgresql://127.0.0.1:5432/postgres"),
            environment.getOrDefault("REPORTING_DATABASE_USER", "postgres"),
            environment.getOrDefault("REPORTING_DATABASE_PASSWORD", ""));
    return PostgresProjection.of(
        Projection.of("accounts", "account", "db/accounts").withDependency("reporting-database"),
        pool.dataSource(),
        new AccountRows());
  }

  // docs: end

  // docs: outbox
  private static Subscription<?> outbox(Map<String, String> environment) {
    return KafkaOutbox.of(
        Outbox.of("account-events", "account", "account-events").withDependency("broker"),
        Map.of("bootstrap.servers", environment.getOrDefault("REPORTING_KAFKA", "127.0.0.1:9092")));
  }

  // docs: end

  @Override
  public String name() {
    return "reporting";
  }

  @Override
  public String version() {
    return ledger.version();
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return ledger.entities();
  }

  @Override
  public List<Saga<?, ?>> sagas() {
    return ledger.sagas();
  }

  @Override
  public List<Subscription<?>> subscriptions() {
    return subscriptions;
  }

  // docs: capabilities
  @Override
  public List<Capability> capabilities() {
    List<Capability> all = new ArrayList<>(ledger.capabilities());
    all.add(Capability.optional("reporting").needs("reporting-database"));
    all.add(Capability.optional("publishing").needs("broker"));
    return all;
  }

  // docs: end
}
