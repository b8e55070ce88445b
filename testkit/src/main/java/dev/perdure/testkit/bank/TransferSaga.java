package dev.perdure.testkit.bank;

import dev.perdure.api.Compensation;
import dev.perdure.api.Named;
import dev.perdure.api.QueueMessage;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.StepException;
import dev.perdure.api.Undo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Moves money from one account to another, with something reserved outside; in several ways. */
@Named("transfer")
final class TransferSaga implements Saga<TransferSaga.Input, TransferSaga.Result> {

  private static final String ACCOUNT = "account";
  private static final Duration ATTEMPT_MAX = Duration.ofMillis(300);
  private static final Retry RETRY =
      new Retry(6, Duration.ofMillis(20), 3, Duration.ofMillis(2500));

  private final OutsideWorld outside;

  TransferSaga(OutsideWorld outside) {
    this.outside = outside;
  }

  /** What happens between taking the money and giving it. */
  enum Way {
    STRAIGHT,
    SLEEPS,
    WAITS,
    ASKS_A_WORKER,
    GIVES_UP,
    GIVES_UP_LATE,
    BOTH_AT_ONCE
  }

  record Input(String from, String to, long amount, Way way) {}

  record Result(long left, boolean told) {}

  /** What was reserved. */
  record Ticket(String id) {}

  @Override
  public SagaOptions options() {
    return SagaOptions.defaults()
        .withRetry(RETRY)
        .withUndoRetry(RETRY)
        .withTimeout(Duration.ofSeconds(2))
        .withDeadline(Duration.ofSeconds(40));
  }

  @Override
  public Map<String, Compensation<?>> compensations() {
    return Map.of(
        "release",
        Compensation.of(
            Ticket.class,
            (ticket, undoing) ->
                outside.act(undoing.operationId(), undoing.stepOperationId(), false)));
  }

  @Override
  public Result run(Input input, SagaContext saga) {
    FirstAccount.Reply sent =
        saga.step("withdraw")
            .undo(Undo.command(ACCOUNT, input.from(), new FirstAccount.Deposit(input.amount())))
            .command(
                ACCOUNT,
                input.from(),
                new FirstAccount.Withdraw(input.amount()),
                FirstAccount.Reply.class);
    if (input.way == Way.BOTH_AT_ONCE) {
      List<Supplier<Ticket>> both = List.of(() -> reserve(saga, "one"), () -> reserve(saga, "two"));
      saga.parallel(both);
    } else {
      reserve(saga, "one");
    }
    switch (input.way) {
      case SLEEPS -> saga.sleep("cool-off", Duration.ofMillis(1 + input.amount() * 40));
      case WAITS -> {
        String said = saga.signal("go", String.class, Duration.ofSeconds(6)).orElse("no");
        if (!said.equals("yes")) {
          throw saga.abort("not-wanted", "nobody said yes");
        }
      }
      case ASKS_A_WORKER -> {
        saga.step("review").send("reviews", QueueMessage.of(saga.id()).withReplyAs("reviewed"));
        if (saga.signal("reviewed", String.class, Duration.ofSeconds(20)).isEmpty()) {
          throw saga.abort("not-reviewed", "nobody looked at it");
        }
      }
      case GIVES_UP -> throw saga.abort("given-up", "it was asked for");
      default -> {}
    }
    saga.step("deposit")
        .undo(Undo.command(ACCOUNT, input.to(), new FirstAccount.Withdraw(input.amount())))
        .command(
            ACCOUNT,
            input.to(),
            new FirstAccount.Deposit(input.amount()),
            FirstAccount.Reply.class);
    if (input.way == Way.GIVES_UP_LATE) {
      throw saga.abort("given-up", "it was asked for late");
    }
    return new Result(sent.balance(), told(saga));
  }

  private Ticket reserve(SagaContext saga, String which) {
    return saga.step("reserve", which)
        .timeout(ATTEMPT_MAX)
        .undo(Undo.call("release", new Ticket(which)).evenIfUnsure())
        .call(
            "vault",
            which,
            call -> {
              outside.act(call.operationId(), call.operationId(), true);
              return new Ticket(which);
            },
            Ticket.class);
  }

  private boolean told(SagaContext saga) {
    try {
      saga.step("tell")
          .timeout(ATTEMPT_MAX)
          .retry(Retry.times(2))
          .run("teller", "", call -> outside.act(call.operationId(), call.operationId(), true));
      return true;
    } catch (StepException e) {
      return false;
    }
  }
}
