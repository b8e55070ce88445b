package dev.perdure.testkit.bank;

import dev.perdure.api.Compensation;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.Undo;
import java.time.Duration;
import java.util.Map;

/** Pays in, and has that sealed by a notary; {@link OrderSaga} has it done. */
@Named("payout")
final class PayoutSaga implements Saga<PayoutSaga.Input, PayoutSaga.Paid> {

  private static final Duration ATTEMPT_MAX = Duration.ofMillis(300);

  private final OutsideWorld outside;

  PayoutSaga(OutsideWorld outside) {
    this.outside = outside;
  }

  /** What happens after the money was paid in. */
  enum Way {
    STRAIGHT,
    SLEEPS,
    SEALED,
    WAITS,
    GIVES_UP
  }

  record Input(String to, long amount, Way way) {}

  record Paid(String id, long amount) {}

  record Seal(String id) {}

  @Override
  public SagaOptions options() {
    return SagaOptions.defaults()
        .withRetry(OrderSaga.RETRY)
        .withUndoRetry(OrderSaga.RETRY)
        .withTimeout(Duration.ofSeconds(2));
  }

  @Override
  public Map<String, Compensation<?>> compensations() {
    return Map.of(
        "unseal",
        Compensation.of(
            Seal.class,
            (seal, undoing) ->
                outside.act(undoing.operationId(), undoing.stepOperationId(), false)));
  }

  @Override
  public Paid run(Input input, SagaContext saga) {
    saga.step("deposit")
        .undo(Undo.command("account", input.to(), new FirstAccount.Withdraw(input.amount())))
        .command(
            "account",
            input.to(),
            new FirstAccount.Deposit(input.amount()),
            FirstAccount.Reply.class);
    switch (input.way) {
      case SLEEPS -> saga.sleep("clearing", Duration.ofMillis(1 + input.amount() * 60));
      case SEALED ->
          // Seldom enough tried, and not undone on a guess: a person has to say what became of it.
          saga.step("seal")
              .timeout(ATTEMPT_MAX)
              .retry(Retry.times(2))
              .undo(Undo.call("unseal", new Seal(saga.id())))
              .call(
                  "notary",
                  saga.id(),
                  call -> {
                    outside.act(call.operationId(), call.operationId(), true);
                    return new Seal(saga.id());
                  },
                  Seal.class);
      case WAITS -> {
        if (saga.signal("go", String.class, Duration.ofSeconds(4)).isEmpty()) {
          throw saga.abort("not-wanted", "nobody said so");
        }
      }
      case GIVES_UP -> throw saga.abort("not-payable", "it was asked for");
      default -> {}
    }
    return new Paid(saga.id(), input.amount());
  }
}
