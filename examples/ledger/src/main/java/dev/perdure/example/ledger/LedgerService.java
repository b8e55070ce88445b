package dev.perdure.example.ledger;

import dev.perdure.api.Capability;
import dev.perdure.api.Degraded;
import dev.perdure.api.Entity;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.View;
import java.time.Duration;
import java.util.List;

/** The ledger as a service: one entity, {@code account}, one saga, {@code transfer}, one view. */
public final class LedgerService implements Service {

  /** Currency of accounts that a deposit opens without naming one. */
  public static final String DEFAULT_CURRENCY = "CZK";

  private final Account account;
  private static final Duration NOTIFICATION_AGE_MAX = Duration.ofDays(1);
  private static final int NOTIFICATIONS_MAX = 10_000;

  private final Transfer transfer;
  private final Notifier notifier;

  /**
   * As found by {@link java.util.ServiceLoader}, with {@link #DEFAULT_CURRENCY} and the outside
   * world that the environment names.
   */
  public LedgerService() {
    this(DEFAULT_CURRENCY, FraudCheck.ofEnvironment(), Notifier.ofEnvironment());
  }

  /** For a program that embeds the ledger and thinks in another currency. */
  public LedgerService(String defaultCurrency) {
    this(defaultCurrency, FraudCheck.approving(), Notifier.silent());
  }

  /** For a program that brings its own outside world. */
  public LedgerService(String defaultCurrency, FraudCheck fraud, Notifier notifier) {
    this.account = new Account(defaultCurrency);
    this.transfer = new Transfer(fraud, notifier);
    this.notifier = notifier;
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return List.of(account);
  }

  @Override
  public List<Saga<?, ?>> sagas() {
    return List.of(transfer);
  }

  // docs: capabilities
  @Override
  public List<Capability> capabilities() {
    return List.of(
        Capability.critical("bookkeeping").needs(Capability.JOURNAL),
        Capability.critical("screening").needs("fraud-check"),
        Capability.optional("notifications")
            .needs("notifier")
            .degraded(
                Degraded.later(
                    TransferOrder.class,
                    notifier::transferred,
                    NOTIFICATION_AGE_MAX,
                    NOTIFICATIONS_MAX)));
  }

  // docs: end

  @Override
  public List<View<?, ?>> views() {
    return List.of(new Accounts());
  }
}
