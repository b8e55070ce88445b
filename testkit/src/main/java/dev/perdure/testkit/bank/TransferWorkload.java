package dev.perdure.testkit.bank;

import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.api.Queue;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.runtime.Limits;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Intent;
import dev.perdure.testkit.sim.SagaIntent;
import dev.perdure.testkit.sim.SimSettings;
import dev.perdure.testkit.sim.Site;
import dev.perdure.testkit.sim.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Clients that move money by sagas, which call the outside world, wait, fail and are cancelled,
 * while others pay in and draw out.
 */
public final class TransferWorkload implements Workload {

  private static final Pattern BALANCE = Pattern.compile("\"balance\":(-?\\d+)");
  private static final String TENANT = "north";
  private static final int CLIENTS_MAX = 3;
  private static final int DENSER = 3;

  private final List<EntityAddress> accounts =
      List.of(account("anna"), account("boris"), account("clara"), account("dora"));
  private final OutsideWorld outside = new OutsideWorld();
  private final List<EntityAddress> started = new ArrayList<>();

  private static EntityAddress account(String id) {
    return new EntityAddress(TENANT, "account", id);
  }

  private record Bank(Entity<?, ?, ?> account, Saga<?, ?> transfer) implements Service {
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
      return List.of(transfer);
    }

    @Override
    public List<Queue> queues() {
      return List.of(REVIEWS);
    }
  }

  /** Work for people outside, who are away at times. */
  private static final Queue REVIEWS =
      Queue.named("reviews")
          .withLease(Duration.ofMillis(700), Duration.ofSeconds(5))
          .withRetry(new Retry(4, Duration.ofMillis(50), 2, Duration.ofSeconds(1)));

  @Override
  public List<Service> services(int codeVersion, Consumer<Operation> deciding) {
    return List.of(new Bank(new FirstAccount(deciding), new TransferSaga(outside)));
  }

  @Override
  public String option() {
    return " --sagas";
  }

  @Override
  public void begins(Site site) {
    outside.begins(site);
  }

  /** Operation ids are remembered for longer than any saga takes, as they are meant to be. */
  @Override
  public SimSettings settings(SimSettings of) {
    return of.with(limits(of.limits(), Duration.ofMinutes(10))).calmer(CLIENTS_MAX).denser(DENSER);
  }

  static Limits limits(Limits drawn, Duration retention) {
    return new Limits(
        drawn.stateBytesMax(),
        drawn.eventBytesMax(),
        drawn.replyBytesMax(),
        drawn.entryBytesMax(),
        drawn.queueLengthMax(),
        drawn.entriesInFlightMax(),
        drawn.checkpointEvery(),
        Math.max(drawn.cacheBytesMax(), 20_000),
        drawn.operationsInMemoryMax(),
        1 << 24,
        retention,
        drawn.decideTimeMax(),
        drawn.snapshotBytes(),
        drawn.snapshotInterval(),
        drawn.nativeBytesMax(),
        drawn.diskFreeBytesMin(),
        drawn.clockStepMax());
  }

  @Override
  public Intent next(Chance chance) {
    EntityAddress account = chance.of(accounts);
    return switch (chance.below(10)) {
      case 0, 1, 2 -> Intent.read(account);
      case 3, 4, 5 ->
          Intent.command(account, "withdraw", "{\"amount\":" + chance.between(1, 300) + "}");
      default -> Intent.command(account, "deposit", "{\"amount\":" + chance.between(1, 100) + "}");
    };
  }

  @Override
  public @Nullable SagaIntent saga(Chance chance) {
    if (!started.isEmpty() && chance.happens(0.35)) {
      EntityAddress saga =
          chance.of(started.subList(Math.max(0, started.size() - 4), started.size()));
      return chance.happens(0.5)
          ? new SagaIntent.Cancel(saga, "simulated")
          : new SagaIntent.Signal(saga, "go", chance.happens(0.8) ? "\"yes\"" : "\"no\"");
    }
    EntityAddress saga = new EntityAddress(TENANT, "transfer", "t" + started.size());
    started.add(saga);
    TransferSaga.Way way = chance.of(List.of(TransferSaga.Way.values()));
    String input =
        String.format(
            Locale.ROOT,
            "{\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d,\"way\":\"%s\"}",
            chance.of(accounts).id(),
            chance.of(accounts).id(),
            chance.between(1, 60),
            way);
    return new SagaIntent.Start(saga, input);
  }

  /** A person has it tried again mostly, and gives up at times. */
  @Override
  public Sagas.@Nullable SagaDecision parked(SagaView saga, Chance chance) {
    return chance.happens(0.5)
        ? new Sagas.SagaDecision(Sagas.Choice.RETRY, null, "simulated")
        : null;
  }

  /**
   * What the accounts hold is what clients and sagas are known to have done; and of what was
   * reserved outside nothing stands that no completed saga needs.
   */
  @Override
  public @Nullable String broken(Ending ending) {
    return notTheSum(ending);
  }

  /** What the accounts hold, if that is not what was paid in and drawn out. */
  static @Nullable String notTheSum(Ending ending) {
    long expected =
        ending.effects().stream()
            .filter(effect -> effect.address().type().equals("account"))
            .flatMap(effect -> effect.record().events().stream())
            .mapToLong(BankWorkload::amount)
            .sum();
    long held = 0;
    for (byte[] state : ending.states().values()) {
      Matcher balance = BALANCE.matcher(new String(state, StandardCharsets.UTF_8));
      held += balance.find() ? Long.parseLong(balance.group(1)) : 0;
    }
    return held == expected ? null : "the accounts hold " + held + ", not " + expected;
  }
}
