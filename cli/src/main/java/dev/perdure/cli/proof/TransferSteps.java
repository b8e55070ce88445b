package dev.perdure.cli.proof;

import dev.perdure.api.Compensation;
import dev.perdure.api.Retry;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.Undo;
import dev.perdure.cli.proof.UpgradeWorld.Order;
import dev.perdure.cli.proof.UpgradeWorld.Verdict;
import dev.perdure.example.ledger.Account;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import java.time.Duration;
import java.util.Map;

/** The steps that the transfer has before and after its code is changed. */
record TransferSteps(UpgradeWorld world) {

  private static final String ACCOUNT = "account";
  private static final String RELEASE = "release-limit";
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /** What is held is tried again for hours. */
  static SagaOptions options() {
    return SagaOptions.defaults().withRetry(new Retry(10_000, AGAIN, 1, AGAIN));
  }

  /** What undoes the limit stays, also where no code reserves one any more. */
  Map<String, Compensation<?>> compensations() {
    return Map.of(
        RELEASE, Compensation.of(Order.class, (order, undoing) -> world.release(undoing)));
  }

  void withdraw(Order order, SagaContext saga) {
    saga.step("withdraw")
        .undo(Undo.command(ACCOUNT, order.from(), new Deposit(order.amount(), null)))
        .command(ACCOUNT, order.from(), new Withdraw(order.amount(), null), Account.Reply.class);
  }

  void deposit(Order order, SagaContext saga) {
    saga.step("deposit")
        .undo(Undo.command(ACCOUNT, order.to(), new Withdraw(order.amount(), null)))
        .command(ACCOUNT, order.to(), new Deposit(order.amount(), null), Account.Reply.class);
  }

  void limit(Order order, SagaContext saga) {
    saga.step(UpgradeWorld.LIMIT)
        .undo(Undo.call(RELEASE, order).evenIfUnsure())
        .call(
            UpgradeWorld.LIMIT,
            order,
            call -> world.ask(UpgradeWorld.LIMIT, order, call),
            Verdict.class);
  }

  /** Asks somebody; a verdict that a person skipped is taken as approval. */
  void ask(String kind, Order order, SagaContext saga) {
    Verdict verdict =
        saga.step(kind).call(kind, order, call -> world.ask(kind, order, call), Verdict.class);
    if (verdict != null && !verdict.approved()) {
      throw saga.abort(kind + "-failed", "it was not approved");
    }
  }
}
