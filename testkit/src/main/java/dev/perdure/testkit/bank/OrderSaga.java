package dev.perdure.testkit.bank;

import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.Step;
import dev.perdure.api.Undo;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Takes money from an account and has others pay it out, in several ways. */
@Named("order")
final class OrderSaga implements Saga<OrderSaga.Input, OrderSaga.Result> {

  static final Retry RETRY = new Retry(6, Duration.ofMillis(20), 3, Duration.ofMillis(2500));

  private final BooleanSupplier broken;

  /**
   * Of a world.
   *
   * @param broken true at times: then the code throws what it should not
   */
  OrderSaga(BooleanSupplier broken) {
    this.broken = broken;
  }

  /** How it is paid out. */
  enum Way {
    ONE,
    ONE_THEN_GIVES_UP,
    ONE_FOR_GOOD,
    TWO_AT_ONCE,
    STARTED_AND_AWAITED,
    BREAKS;

    /** True if nothing is paid out when it turns back. */
    boolean takesBack() {
      return this != ONE_FOR_GOOD && this != STARTED_AND_AWAITED;
    }
  }

  record Input(String from, String to, long amount, Way way, PayoutSaga.Way payout) {}

  record Result(long paid) {}

  @Override
  public SagaOptions options() {
    return SagaOptions.defaults()
        .withRetry(RETRY)
        .withUndoRetry(RETRY)
        .withTimeout(Duration.ofSeconds(2))
        .withDeadline(Duration.ofSeconds(20));
  }

  @Override
  public Result run(Input input, SagaContext saga) {
    boolean two = input.way == Way.TWO_AT_ONCE;
    long all = two ? 2 * input.amount : input.amount;
    saga.step("withdraw")
        .undo(Undo.command("account", input.from(), new FirstAccount.Deposit(all)))
        .command("account", input.from(), new FirstAccount.Withdraw(all), FirstAccount.Reply.class);
    PayoutSaga.Input payout = new PayoutSaga.Input(input.to, input.amount, input.payout);
    long paid =
        switch (input.way) {
          case TWO_AT_ONCE -> {
            List<Supplier<PayoutSaga.Paid>> both =
                List.of(
                    () -> paid(saga.step("payout", "one"), saga.id() + "-1", payout),
                    () -> paid(saga.step("payout", "two"), saga.id() + "-2", payout));
            yield saga.parallel(both).stream().mapToLong(PayoutSaga.Paid::amount).sum();
          }
          case STARTED_AND_AWAITED -> {
            saga.step("begin").start("payout", saga.id() + "-1", payout);
            yield saga.step("payout")
                .await("payout", saga.id() + "-1", PayoutSaga.Paid.class)
                .amount();
          }
          case ONE_FOR_GOOD ->
              saga.step("payout")
                  .child("payout", saga.id() + "-1", payout, PayoutSaga.Paid.class)
                  .amount();
          default -> paid(saga.step("payout"), saga.id() + "-1", payout).amount();
        };
    if (input.way == Way.BREAKS && broken.getAsBoolean()) {
      throw new IllegalStateException("broken for now");
    }
    if (input.way == Way.ONE_THEN_GIVES_UP) {
      throw saga.abort("given-up", "it was asked for");
    }
    return new Result(paid);
  }

  /** Has it paid out; what was paid out is taken back if the order is not completed. */
  private static PayoutSaga.Paid paid(Step step, String id, PayoutSaga.Input payout) {
    return step.undo(
            Undo.command("account", payout.to(), new FirstAccount.Withdraw(payout.amount())))
        .child("payout", id, payout, PayoutSaga.Paid.class);
  }
}
