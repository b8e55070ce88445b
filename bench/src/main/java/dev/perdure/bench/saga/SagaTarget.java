package dev.perdure.bench.saga;

import dev.perdure.bench.load.Target;
import dev.perdure.bench.perdure.Accounts;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.CallContext;
import dev.perdure.runtime.Entities.Waiting;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.Outcome;
import dev.perdure.runtime.SagaView.Status;
import dev.perdure.runtime.Sagas.SagaAnswer;
import dev.perdure.runtime.ShardFigures;
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

/** Transfers between accounts on an embedded node; one is answered when its saga has ended. */
final class SagaTarget implements Target {

  private static final Clock CLOCK = Clock.system();
  private static final Duration CALL_TIME_MAX = Duration.ofSeconds(30);
  private static final long FIRST_BALANCE = 1_000_000_000L;
  private static final long POLL_NS = 1_000_000L;
  private static final Pattern BALANCE = Pattern.compile("\"balance\":(-?\\d+)");

  private final Node node;
  private final EntityModel account;
  private int accounts;

  SagaTarget(Path directory) {
    this.node =
        Node.open(
            NodeOptions.of(directory), List.of(new Accounts(), new MeasuredTransfer.Bundle()));
    this.account = Objects.requireNonNull(node.types().find("account"));
    while (!node.health().writes()) {
      LockSupport.parkNanos(POLL_NS);
    }
  }

  @Override
  public String name() {
    return "sagas";
  }

  @Override
  public String durability() {
    return "each step's intent and result, and its effect, are in the journal, forced to disk";
  }

  private static EntityAddress account(int number) {
    return new EntityAddress("default", "account", "account-" + number);
  }

  private static CallContext context() {
    return new CallContext("bench", "", CLOCK.monotonicNs() + CALL_TIME_MAX.toNanos());
  }

  @Override
  public void openAccounts(int count) throws IOException {
    accounts = count;
    List<Waiting> opening = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      opening.add(
          node.entities()
              .submit(
                  new EntityCommand(
                      account(number),
                      account.body(new Deposit(FIRST_BALANCE, null)),
                      "open",
                      Precondition.NONE,
                      context())));
    }
    for (Waiting one : opening) {
      balance(one.await());
    }
  }

  private static long balance(Outcome outcome) throws IOException {
    if (outcome instanceof Outcome.Done done) {
      Matcher matcher = BALANCE.matcher(new String(done.body(), StandardCharsets.UTF_8));
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1));
      }
    }
    throw new IOException(outcome.toString());
  }

  /** A transfer from this account to another; the ledger's total stays. */
  @Override
  public long deposit(int from, String operationId, long amountMinor) throws IOException {
    int to = (from + 1 + Math.floorMod(operationId.hashCode(), accounts - 1)) % accounts;
    EntityAddress saga = new EntityAddress("default", "measured-transfer", operationId);
    String input =
        "{\"from\":\"account-%d\",\"to\":\"account-%d\",\"amount\":%d}"
            .formatted(from, to, amountMinor);
    SagaAnswer answer = node.sagas().start(saga, input.getBytes(StandardCharsets.UTF_8), context());
    if (answer instanceof SagaAnswer.Seen) {
      answer = node.sagas().await(saga, context());
    }
    if (answer instanceof SagaAnswer.Seen seen && seen.saga().status() == Status.COMPLETED) {
      return 0;
    }
    throw new IOException(answer.toString());
  }

  /** Throws if money was made or lost. */
  void checkTotal() throws IOException {
    long total = 0;
    for (int number = 0; number < accounts; number++) {
      total += balance(node.entities().read(account(number), context(), false));
    }
    if (total != accounts * FIRST_BALANCE) {
      throw new IOException(
          "the accounts hold %d, not %d".formatted(total, accounts * FIRST_BALANCE));
    }
  }

  /** Commands decided so far, those of sagas and accounts. */
  long commands() {
    return node.figures().stream().mapToLong(ShardFigures::commandsAccepted).sum();
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
