package dev.perdure.testkit.bank;

import dev.perdure.api.Entity;
import dev.perdure.api.Operation;
import dev.perdure.api.Service;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredEvent;
import dev.perdure.testkit.check.Call;
import dev.perdure.testkit.check.ReferenceLog.Effect;
import dev.perdure.testkit.sim.Chance;
import dev.perdure.testkit.sim.Intent;
import dev.perdure.testkit.sim.Workload;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Clients that pay in, draw out, move money from account to account, and ask. */
public final class BankWorkload implements Workload {

  private static final Pattern NUMBER = Pattern.compile("-?\\d+");
  private static final Pattern BALANCE = Pattern.compile("\"balance\":(-?\\d+)");

  private final List<EntityAddress> accounts =
      List.of(
          account("north", "anna"),
          account("north", "boris"),
          account("north", "clara"),
          account("south", "anna"),
          account("south", "dora"));
  private final IdentityHashMap<Intent, Intent> transfers = new IdentityHashMap<>();

  private static EntityAddress account(String tenant, String id) {
    return new EntityAddress(tenant, "account", id);
  }

  static long notNegative(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("no account can read " + amount);
    }
    return amount;
  }

  /** The bank's code at one version. */
  private record Bank(String version, Entity<?, ?, ?> account) implements Service {
    @Override
    public String name() {
      return "bank";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of(account);
    }
  }

  @Override
  public List<Service> services(int codeVersion, Consumer<Operation> deciding) {
    return switch (codeVersion) {
      case 1 -> List.of(new Bank("1", new FirstAccount(deciding)));
      case 2 -> List.of(new Bank("2", new SecondAccount(deciding)));
      default -> List.of(new Bank("3", new SecondAccount(deciding)));
    };
  }

  @Override
  public int codeVersions() {
    return 3;
  }

  @Override
  public Intent next(Chance chance) {
    EntityAddress account = chance.of(accounts);
    long amount = chance.between(1, 50);
    return switch (chance.below(20)) {
      case 0, 1, 2, 3 -> Intent.read(account);
      case 4, 5, 6, 7, 8 ->
          new Intent(account, List.of("deposit", "pay-in"), "{\"amount\":" + amount + "}");
      case 9, 10, 11, 12 -> Intent.command(account, "withdraw", "{\"amount\":" + amount * 2 + "}");
      case 13 -> Intent.command(account, "split", "{\"first\":" + amount + ",\"second\":7}");
      case 14 -> Intent.command(account, "ask", "{}");
      case 15 -> broken(chance, account);
      default -> transfer(chance, account, amount);
    };
  }

  private static Intent broken(Chance chance, EntityAddress account) {
    return switch (chance.below(4)) {
      case 0 -> Intent.command(account, "break", "{\"how\":\"throw\"}");
      case 1 -> Intent.command(account, "break", "{\"how\":\"poison\"}");
      default -> Intent.command(account, "ask", "{}");
    };
  }

  private Intent transfer(Chance chance, EntityAddress from, long amount) {
    String body = "{\"amount\":" + amount + "}";
    Intent first = Intent.command(from, "withdraw", body);
    transfers.put(first, Intent.command(chance.of(accounts), "deposit", body));
    return first;
  }

  @Override
  public @Nullable Intent then(Intent asked, Outcome answer) {
    Intent second = transfers.remove(asked);
    return answer instanceof Outcome.Done ? second : null;
  }

  /**
   * What clients were told they moved, and what the log shows of the rest, is what the accounts
   * hold.
   */
  @Override
  public @Nullable String broken(Ending ending) {
    Set<String> booked = new HashSet<>();
    long expected = 0;
    for (Call call : ending.calls()) {
      if (call.outcome() instanceof Outcome.Done done
          && amount(call.asks()) != 0
          && booked.add(call.address() + " " + call.operationId() + " v" + done.version())) {
        expected += amount(call.asks());
      }
    }
    for (Effect effect : ending.effects()) {
      String operation = effect.address() + " " + effect.record().origin().operationId();
      if (booked.add(operation + " v" + effect.record().version())) {
        expected += effect.record().events().stream().mapToLong(BankWorkload::amount).sum();
      }
    }
    long held = 0;
    for (byte[] state : ending.states().values()) {
      Matcher balance = BALANCE.matcher(new String(state, StandardCharsets.UTF_8));
      held += balance.find() ? Long.parseLong(balance.group(1)) : 0;
    }
    return held == expected
        ? null
        : "the accounts hold " + held + ", by the clients' books it should be " + expected;
  }

  static long amount(StoredEvent event) {
    Matcher number = NUMBER.matcher(new String(event.json(), StandardCharsets.UTF_8));
    long amount = number.find() ? Long.parseLong(number.group()) : 0;
    return event.name().equals("deposited") ? amount : -amount;
  }

  private static long amount(Call.Asks asks) {
    long sum = 0;
    Matcher numbers = NUMBER.matcher(asks.body());
    while (numbers.find()) {
      sum += Long.parseLong(numbers.group());
    }
    return switch (asks.command()) {
      case "deposit", "split" -> sum;
      case "withdraw" -> -sum;
      default -> 0;
    };
  }
}
