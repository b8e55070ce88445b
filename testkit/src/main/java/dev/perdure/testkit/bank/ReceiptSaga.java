package dev.perdure.testkit.bank;

import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import java.time.Duration;

/** Makes a receipt, in one step. */
@Named("receipt")
final class ReceiptSaga implements Saga<ReceiptSaga.Input, ReceiptSaga.Result> {

  static final String RECEIPTS = "receipts";

  record Input(String account) {}

  record Result(long receipts) {}

  @Override
  public SagaOptions options() {
    return SagaOptions.defaults()
        .withRetry(new Retry(50, Duration.ofMillis(20), 3, Duration.ofMillis(2500)))
        .withDeadline(Duration.ofMinutes(10));
  }

  @Override
  public Result run(Input input, SagaContext saga) {
    FirstAccount.Reply one =
        saga.step("make")
            .command("account", RECEIPTS, new FirstAccount.Deposit(1), FirstAccount.Reply.class);
    return new Result(one.balance());
  }
}
