package dev.perdure.bench.perdure;

import dev.perdure.api.Entity;
import dev.perdure.api.Service;
import dev.perdure.example.ledger.LedgerService;
import java.util.List;

/** The ledger's accounts alone: what others are compared with has no views beside its tables. */
public final class Accounts implements Service {

  private final LedgerService ledger = new LedgerService();

  @Override
  public String name() {
    return ledger.name();
  }

  @Override
  public String version() {
    return ledger.version();
  }

  @Override
  public List<Entity<?, ?, ?>> entities() {
    return ledger.entities();
  }
}
