package dev.perdure.runtime;

import dev.perdure.api.Compensation;
import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Retry;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.api.Service;
import dev.perdure.api.Undo;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Sagas over wallets, and what they call. */
final class Transfers {

  private Transfers() {}

  record Input(String from, String to, long amount) {}

  record Receipt(long fromBalance, long toBalance, String checked) {}

  record Reserved(String from, long amount) {}

  /** Withdraws, has it checked, deposits, tells. */
  @Named("transfer")
  static final class Transfer implements Saga<Input, Receipt> {
    private final Bank bank;

    Transfer(Bank bank) {
      this.bank = bank;
    }

    @Override
    public Receipt run(Input input, SagaContext saga) {
      Wallet.Reply from =
          saga.step("withdraw")
              .undo(Undo.command("wallet", input.from, new Wallet.Deposit(input.amount)))
              .command("wallet", input.from, new Wallet.Withdraw(input.amount), Wallet.Reply.class);
      String checked =
          saga.step("check")
              .undo(Undo.call("uncheck", new Reserved(input.from, input.amount)).evenIfUnsure())
              .call("fraud", input, call -> bank.check(call.operationId(), input), String.class);
      if (checked.equals("no")) {
        throw saga.abort("suspicious", "the check said no");
      }
      Wallet.Reply to =
          saga.step("deposit")
              .command("wallet", input.to, new Wallet.Deposit(input.amount), Wallet.Reply.class);
      saga.step("notify").run("mail", input, call -> bank.notify(call.operationId(), input));
      return new Receipt(from.balance(), to.balance(), checked);
    }

    @Override
    public Map<String, Compensation<?>> compensations() {
      return Map.of(
          "uncheck",
          Compensation.of(
              Reserved.class, (reserved, undoing) -> bank.uncheck(undoing.stepOperationId())));
    }

    @Override
    public SagaOptions options() {
      Retry quick = new Retry(50, Duration.ofMillis(5), 2, Duration.ofMillis(50));
      return SagaOptions.defaults()
          .withRetry(quick)
          .withUndoRetry(quick)
          .withTimeout(Duration.ofMillis(500));
    }
  }

  /** What transfers call. */
  interface Bank {
    String check(String operationId, Input input) throws Exception;

    void uncheck(String operationId) throws Exception;

    void notify(String operationId, Input input) throws Exception;
  }

  /** Wallets and the given sagas. */
  static Service bundle(Saga<?, ?>... sagas) {
    return new Service() {
      @Override
      public String name() {
        return "transfers";
      }

      @Override
      public String version() {
        return "1";
      }

      @Override
      public List<Entity<?, ?, ?>> entities() {
        return List.of(new Wallet());
      }

      @Override
      public List<Saga<?, ?>> sagas() {
        return List.of(sagas);
      }
    };
  }
}
