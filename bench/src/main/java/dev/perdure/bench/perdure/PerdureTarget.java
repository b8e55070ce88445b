package dev.perdure.bench.perdure;

import dev.perdure.bench.load.Target;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Open;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities.Waiting;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.type.EntityModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ledger example on an embedded node, or on three that replicate it. */
public final class PerdureTarget implements Target {

  private static final Clock CLOCK = Clock.system();
  private static final Duration CALL_TIME_MAX = Duration.ofSeconds(30);
  private static final int OPENING_AT_ONCE = 1_000;
  private static final Pattern BALANCE = Pattern.compile("\"balance\":(-?\\d+)");

  private final String name;
  private final EmbeddedNodes nodes;
  private final EntityModel account;
  private final Entropy entropy = Entropy.system();
  private List<EntityAddress> accounts = List.of();

  private PerdureTarget(String name, EmbeddedNodes nodes) {
    this.name = name;
    this.nodes = nodes;
    this.account =
        Objects.requireNonNull(nodes.first().types().find("account"), "the ledger's entity");
  }

  /**
   * Opens a node with the defaults on an empty directory, and waits until it takes writes.
   *
   * @throws IOException when it does not in a minute
   */
  public static PerdureTarget start(Path directory) throws IOException {
    return new PerdureTarget("perdure", EmbeddedNodes.alone(directory));
  }

  /**
   * Opens three nodes in this process; callers ask the node that leads.
   *
   * @throws IOException when the cluster does not come to rest
   */
  public static PerdureTarget cluster(Path directory) throws IOException {
    return new PerdureTarget("perdure-3", EmbeddedNodes.cluster(directory, 3));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String durability() {
    return "the event, the operation id and the reply are in the journal, forced to disk"
        + (name.equals("perdure") ? "" : " on a majority of the three nodes")
        + ", in an entry shared with other commands";
  }

  @Override
  public void openAccounts(int count) throws IOException {
    List<EntityAddress> addresses = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      addresses.add(new EntityAddress("default", "account", "account-" + number));
    }
    accounts = List.copyOf(addresses);
    for (int from = 0; from < count; from += OPENING_AT_ONCE) {
      List<Waiting> opening = new ArrayList<>();
      for (EntityAddress address :
          accounts.subList(from, Math.min(count, from + OPENING_AT_ONCE))) {
        opening.add(
            submit(
                address,
                new Open(LedgerService.DEFAULT_CURRENCY, null),
                entropy.uuid().toString()));
      }
      for (Waiting each : opening) {
        balance(each.await());
      }
    }
  }

  @Override
  public long deposit(int number, String operationId, long amountMinor) throws IOException {
    return balance(
        submit(accounts.get(number), new Deposit(amountMinor, null), operationId).await());
  }

  private Waiting submit(EntityAddress address, Object command, String operationId) {
    return nodes
        .at(address)
        .submit(
            new EntityCommand(
                address, account.body(command), operationId, Precondition.NONE, context()));
  }

  private static CallContext context() {
    return new CallContext("bench", "", CLOCK.monotonicNs() + CALL_TIME_MAX.toNanos());
  }

  private static long balance(Outcome outcome) throws IOException {
    if (!(outcome instanceof Outcome.Done done)) {
      throw new IOException(outcome.toString());
    }
    String body = new String(done.body(), StandardCharsets.UTF_8);
    Matcher matcher = BALANCE.matcher(body);
    if (!matcher.find()) {
      throw new IOException("the reply has no balance: " + body);
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public OptionalLong balanceTotalMinor() throws IOException {
    long total = 0;
    for (EntityAddress address : accounts) {
      total += balance(nodes.at(address).read(address, context(), false));
    }
    return OptionalLong.of(total);
  }

  @Override
  public OptionalLong storedBytes() throws IOException {
    return OptionalLong.of(nodes.storedBytes());
  }

  @Override
  public OptionalLong forces() {
    return OptionalLong.of(nodes.forces());
  }

  @Override
  public void close() {
    nodes.close();
  }
}
