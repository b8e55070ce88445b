package dev.perdure.bench.saga;

import dev.perdure.api.Entity;
import dev.perdure.api.Named;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.Service;
import dev.perdure.api.Undo;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import java.util.List;
import java.util.Map;

/** Four steps: two commands to accounts, and two calls that answer at once. */
@Named("measured-transfer")
public final class MeasuredTransfer
    implements Saga<MeasuredTransfer.Input, MeasuredTransfer.Result> {

  /** From whom, to whom, how much. */
  public record Input(String from, String to, long amount) {}

  /** Whether it was found to be fine. */
  public record Result(boolean checked) {}

  @Override
  public Result run(Input input, SagaContext saga) {
    saga.step("withdraw")
        .undo(Undo.command("account", input.from, new Deposit(input.amount, null)))
        .command("account", input.from, new Withdraw(input.amount, null), Map.class);
    boolean checked =
        saga.step("check").call("fraud", input, call -> input.amount > 0, Boolean.class);
    saga.step("deposit")
        .undo(Undo.command("account", input.to, new Withdraw(input.amount, null)))
        .command("account", input.to, new Deposit(input.amount, null), Map.class);
    saga.step("notify").run("mail", input, call -> {});
    return new Result(checked);
  }

  /** The service that brings it; the accounts are the ledger's. */
  static final class Bundle implements Service {
    @Override
    public String name() {
      return "measured";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Entity<?, ?, ?>> entities() {
      return List.of();
    }

    @Override
    public List<Saga<?, ?>> sagas() {
      return List.of(new MeasuredTransfer());
    }
  }
}
