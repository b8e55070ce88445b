package dev.perdure.example.ledger;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import java.util.List;

/** The ledger as a service: one entity, {@code account}. */
public final class LedgerService implements Service {

  /** Currency of accounts that a deposit opens without naming one. */
  public static final String DEFAULT_CURRENCY = "CZK";

  private final Account account;

  /** As found by {@link java.util.ServiceLoader}, with {@link #DEFAULT_CURRENCY}. */
  public LedgerService() {
    this(DEFAULT_CURRENCY);
  }

  /** For a program that embeds the ledger and thinks in another currency. */
  public LedgerService(String defaultCurrency) {
    this.account = new Account(defaultCurrency);
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
}
