package dev.perdure.example.ledger;

import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.StepException;
import dev.perdure.api.Undo;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Send;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import java.time.Duration;

/**
 * Takes from one account, asks whether that is fraud, pays into the other, and tells somebody. If
 * it cannot be finished, what was taken is paid back.
 */
@Named("transfer")
public final class Transfer implements Saga<TransferInput, Transfer.Result> {

  private static final String ACCOUNT = "account";
  private static final Duration ATTEMPT_MAX = Duration.ofSeconds(2);

  /**
   * What it came to.
   *
   * @param from_balance behind the withdrawal
   * @param to_balance behind the deposit
   * @param notified false if nobody was told, nor will be, which fails no transfer
   */
  @SuppressWarnings("MemberName") // a component is named as its field is on the wire
  public record Result(long from_balance, long to_balance, boolean notified) {}

  private final FraudCheck fraud;
  private final Notifier notifier;

  /** The saga, and what it needs of the outside world. */
  public Transfer(FraudCheck fraud, Notifier notifier) {
    this.fraud = fraud;
    this.notifier = notifier;
  }

  // docs: run
  @Override
  public Result run(TransferInput input, SagaContext saga) {
    long amount = input.amount();
    Account.SentReply sent =
        saga.step("withdraw")
            .undo(Undo.command(ACCOUNT, input.from(), new Deposit(amount, null)))
            .command(ACCOUNT, input.from(), new Send(amount), Account.SentReply.class);

    TransferOrder order = new TransferOrder(saga.id(), input, sent.currency());
    FraudCheck.Verdict verdict =
        saga.step("fraud-check")
            .timeout(ATTEMPT_MAX)
            .call("fraud-check", order, call -> fraud.check(order, call), FraudCheck.Verdict.class);
    if (!verdict.approved()) {
      throw saga.abort("fraud-suspected", verdict.reason());
    }

    Account.Reply received =
        saga.step("deposit")
            .undo(Undo.command(ACCOUNT, input.to(), new Withdraw(amount, null)))
            .command(
                ACCOUNT, input.to(), new Deposit(amount, sent.currency()), Account.Reply.class);

    return new Result(sent.balance(), received.balance(), told(order, saga));
  }

  /** Whoever waits for the message can look into the account; the money has moved. */
  private boolean told(TransferOrder order, SagaContext saga) {
    try {
      saga.step("notify")
          .timeout(ATTEMPT_MAX)
          .retry(Retry.times(3))
          .run("notifier", order, call -> notifier.transferred(order, call));
      return true;
    } catch (StepException e) {
      return false;
    }
  }

  // docs: end
}
