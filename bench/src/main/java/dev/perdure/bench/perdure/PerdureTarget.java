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
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.node.Node;
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
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ledger example on an embedded node. */
public final class PerdureTarget implements Target {

  private static final Clock CLOCK = Clock.system();
  private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
  private static final Duration CALL_TIME_MAX = Duration.ofSeconds(30);
  private static final long POLL_NS = Duration.ofMillis(1).toNanos();
  private static final int OPENING_AT_ONCE = 1_000;
  private static final Pattern BALANCE = Pattern.compile("\"balance\":(-?\\d+)");

  private final Node node;
  private final EntityModel account;
  private final Entropy entropy = Entropy.system();
  private List<EntityAddress> accounts = List.of();

  private PerdureTarget(Node node) {
    this.node = node;
    this.account = Objects.requireNonNull(node.types().find("account"), "the ledger's entity");
  }

  /**
   * Opens a node with the defaults on an empty directory, and waits until it takes writes.
   *
   * @throws IOException when it does not in a minute
   */
  public static PerdureTarget start(Path directory) throws IOException {
    Node node = Node.open(NodeOptions.of(directory), List.of(new LedgerService()));
    long startNs = CLOCK.monotonicNs();
    while (!node.health().writes()) {
      if (CLOCK.monotonicNs() - startNs > START_TIME_MAX.toNanos()) {
        String health = node.health().toString();
        node.close();
        throw new IOException("the node is not ready after a minute: " + health);
      }
      LockSupport.parkNanos(POLL_NS);
    }
    return new PerdureTarget(node);
  }

  @Override
  public String name() {
    return "perdure";
  }

  @Override
  public String durability() {
    return "the event, the operation id and the reply are in the journal, forced to disk, in an"
        + " entry shared with other commands";
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
    return node.entities()
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
      total += balance(node.entities().read(address, context(), false));
    }
    return OptionalLong.of(total);
  }

  @Override
  public OptionalLong storedBytes() throws IOException {
    return OptionalLong.of(PerdureProcess.storeBytes(node.data()));
  }

  @Override
  public OptionalLong forces() {
    return OptionalLong.of(
        node.figures().stream().mapToLong(shard -> shard.journal().syncs()).sum());
  }

  @Override
  public void close() {
    node.close();
  }
}
