package dev.perdure.testkit.bank;

import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.api.Reaction;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.api.Subscription;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.testkit.check.Handed;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Intent;
import dev.perdure.testkit.sim.SimSettings;
import dev.perdure.testkit.sim.Site;
import dev.perdure.testkit.sim.Workload;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients that pay in and draw out, a subscription that writes statements of it and often fails,
 * and a reaction from which more commands and sagas follow; operators pause, rewind and replay.
 */
public final class StatementsWorkload implements Workload {

  private static final int CLIENTS_MAX = 3;
  private static final int DENSER = 3;
  private static final Duration RETENTION = Duration.ofDays(7);

  private final List<EntityAddress> accounts =
      List.of(account("north", "anna"), account("north", "boris"), account("south", "anna"));
  private final Statements statements = new Statements();

  private static EntityAddress account(String tenant, String id) {
    return new EntityAddress(tenant, "account", id);
  }

  private record Bank(Entity<?, ?, ?> account, Statements statements) implements Service {
    @Override
    public String name() {
      return "bank";
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
      return List.of(new ReceiptSaga());
    }

    @Override
    public List<Subscription<?>> subscriptions() {
      return List.of(statements);
    }

    @Override
    public List<Reaction<?>> reactions() {
      return List.of(new Tithe());
    }
  }

  @Override
  public List<Service> services(int codeVersion, Consumer<Operation> deciding) {
    return List.of(new Bank(new FirstAccount(deciding), statements));
  }

  @Override
  public String option() {
    return " --subscriptions";
  }

  @Override
  public void begins(Site site) {
    statements.begins(site);
  }

  @Override
  public List<Handed> handed(String subscription) {
    return statements.all();
  }

  /** Operation ids are remembered for longer than a reaction is rewound, whatever clocks say. */
  @Override
  public SimSettings settings(SimSettings of) {
    return of.with(TransferWorkload.limits(of.limits(), RETENTION))
        .calmer(CLIENTS_MAX)
        .denser(DENSER);
  }

  @Override
  public Intent next(Chance chance) {
    EntityAddress account = chance.of(accounts);
    return switch (chance.below(10)) {
      case 0, 1, 2, 3 -> Intent.read(account);
      case 4, 5 ->
          Intent.command(account, "withdraw", "{\"amount\":" + chance.between(1, 90) + "}");
      case 6 -> Intent.command(account, "split", "{\"first\":3,\"second\":7}");
      default -> Intent.command(account, "deposit", "{\"amount\":" + chance.between(1, 100) + "}");
    };
  }

  /** What followed is what has to follow, once. */
  @Override
  public @Nullable String broken(Ending ending) {
    long owed = 0;
    long given = 0;
    long withdrawals = 0;
    long receipts = 0;
    for (Effect effect : ending.effects()) {
      if (!effect.address().type().equals("account")) {
        continue;
      }
      String account = effect.address().id();
      for (StoredEvent event : effect.record().events()) {
        long amount = BankWorkload.amount(event);
        if (account.equals(Tithe.CHURCH)) {
          given += amount;
        } else if (account.equals(ReceiptSaga.RECEIPTS)) {
          receipts++;
        } else if (amount > 0) {
          owed += amount;
        } else {
          withdrawals++;
        }
      }
    }
    if (given != owed) {
      return "the church got " + given + " for the " + owed + " that were paid in";
    }
    return receipts == withdrawals
        ? null
        : "there are " + receipts + " receipts of " + withdrawals + " withdrawals";
  }
}
