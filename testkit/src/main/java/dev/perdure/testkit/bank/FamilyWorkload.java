package dev.perdure.testkit.bank;

import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.api.Saga;
import dev.perdure.api.Service;
import dev.perdure.runtime.SagaView;
import dev.perdure.runtime.Sagas.Choice;
import dev.perdure.runtime.Sagas.SagaDecision;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.testkit.check.ReferenceLog.Effect;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sagas that have others do a part of them, under clients who cancel either and operators who
 * decide about what is parked, until nothing is.
 */
public final class FamilyWorkload implements Workload {

  private static final Pattern TO = Pattern.compile("\"to\":\"([a-z]+)\"");
  private static final String TENANT = "north";
  private static final int CLIENTS_MAX = 2;
  private static final int DENSER = 3;
  private static final int OPERATORS = 2;

  private final List<EntityAddress> accounts =
      List.of(account("anna"), account("boris"), account("clara"), account("dora"));
  private final OutsideWorld outside = new OutsideWorld();
  private final List<EntityAddress> started = new ArrayList<>();
  private @Nullable Site site;

  private static EntityAddress account(String id) {
    return new EntityAddress(TENANT, "account", id);
  }

  private record Bank(Entity<?, ?, ?> account, List<Saga<?, ?>> sagas) implements Service {
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
  }

  @Override
  public List<Service> services(int codeVersion, Consumer<Operation> deciding) {
    return List.of(
        new Bank(
            new FirstAccount(deciding),
            List.of(new OrderSaga(this::broken), new PayoutSaga(outside))));
  }

  private boolean broken() {
    Site world = site;
    return world != null && !calm() && world.chance().happens(0.6);
  }

  @Override
  public String option() {
    return " --child-sagas";
  }

  @Override
  public void begins(Site of) {
    site = of;
    outside.begins(of);
  }

  /** Operation ids are remembered for longer than clocks jump: who retries does not do it twice. */
  @Override
  public SimSettings settings(SimSettings of) {
    return of.with(TransferWorkload.limits(of.limits(), Duration.ofDays(1)))
        .calmer(CLIENTS_MAX)
        .denser(DENSER);
  }

  @Override
  public Intent next(Chance chance) {
    EntityAddress account = chance.of(accounts);
    return switch (chance.below(10)) {
      case 0, 1, 2 -> Intent.read(account);
      case 3, 4 ->
          Intent.command(account, "withdraw", "{\"amount\":" + chance.between(1, 60) + "}");
      default -> Intent.command(account, "deposit", "{\"amount\":" + chance.between(1, 100) + "}");
    };
  }

  @Override
  public @Nullable SagaIntent saga(Chance chance) {
    if (!started.isEmpty() && chance.happens(0.45)) {
      EntityAddress order =
          chance.of(started.subList(Math.max(0, started.size() - 3), started.size()));
      EntityAddress payout = new EntityAddress(TENANT, "payout", order.id() + "-1");
      if (chance.happens(0.5)) {
        return new SagaIntent.Signal(payout, "go", "\"yes\"");
      }
      return new SagaIntent.Cancel(chance.happens(0.7) ? order : payout, "simulated");
    }
    OrderSaga.Way way = chance.of(List.of(OrderSaga.Way.values()));
    PayoutSaga.Way payout = chance.of(List.of(PayoutSaga.Way.values()));
    // What was paid out stands where the order does not say what takes it back.
    String kind = way.takesBack() ? "o" : "s";
    EntityAddress order = new EntityAddress(TENANT, "order", kind + started.size());
    started.add(order);
    return new SagaIntent.Start(
        order,
        String.format(
            Locale.ROOT,
            "{\"from\":\"%s\",\"to\":\"%s\",\"amount\":%d,\"way\":\"%s\",\"payout\":\"%s\"}",
            chance.of(accounts).id(),
            chance.of(accounts).id(),
            chance.between(1, 40),
            way,
            payout));
  }

  @Override
  public int operators() {
    return OPERATORS;
  }

  /** What the notary did is found out by asking him; money is never taken as moved by hand. */
  @Override
  public SagaDecision parked(SagaView saga, Chance chance) {
    SagaView.Failure why = saga.failure();
    boolean seal = why != null && why.detail().contains("'seal'");
    boolean unknown = why != null && why.code().equals("outcome-unknown");
    int what = chance.below(10);
    if (seal && (unknown ? what < 7 || calm() : what < 3)) {
      boolean done = unknown && outside.did("saga:payout/" + saga.address().id() + ":seal");
      String result = "{\"id\":\"by-hand-" + chance.below(1000) + "\"}";
      return done
          ? decision(Choice.PROVIDE, result.getBytes(StandardCharsets.UTF_8))
          : decision(Choice.SKIP, null);
    }
    return decision(what < 8 || calm() ? Choice.RETRY : Choice.COMPENSATE, null);
  }

  private boolean calm() {
    Site world = site;
    return world != null && world.calm();
  }

  private static SagaDecision decision(Choice choice, byte @Nullable [] result) {
    return new SagaDecision(choice, result, "simulated");
  }

  /** What cannot be taken back, because it was spent, is paid in first. */
  @Override
  public @Nullable Intent mends(SagaView saga) {
    Matcher to = TO.matcher(new String(saga.input(), StandardCharsets.UTF_8));
    return to.find() ? Intent.command(account(to.group(1)), "deposit", "{\"amount\":100}") : null;
  }

  @Override
  public @Nullable String broken(Ending ending) {
    String sum = TransferWorkload.notTheSum(ending);
    return sum == null ? notWhole(ending.effects()) : sum;
  }

  /** Of an order and what it had paid out nothing is left over and nothing missing. */
  private static @Nullable String notWhole(List<Effect> effects) {
    Map<String, Long> net = new TreeMap<>();
    for (Effect effect : effects) {
      String[] parts = effect.record().origin().operationId().split(":", 3);
      if (effect.address().type().equals("account") && parts[0].equals("saga")) {
        String id = parts[1].substring(parts[1].indexOf('/') + 1).replaceFirst("-.*", "");
        for (StoredEvent event : effect.record().events()) {
          net.merge(id, BankWorkload.amount(event), Long::sum);
        }
      }
    }
    for (Map.Entry<String, Long> one : net.entrySet()) {
      if (one.getKey().startsWith("o") && one.getValue() != 0) {
        return "order " + one.getKey() + " and its payouts moved " + one.getValue() + " in all";
      }
    }
    return null;
  }
}
