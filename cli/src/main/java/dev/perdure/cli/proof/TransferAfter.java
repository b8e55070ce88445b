package dev.perdure.cli.proof;

import dev.perdure.api.Compensation;
import dev.perdure.api.Named;
import dev.perdure.api.Saga;
import dev.perdure.api.SagaContext;
import dev.perdure.api.SagaOptions;
import dev.perdure.cli.proof.UpgradeWorld.Order;
import java.util.Map;

/**
 * The transfer as it is to be: rate and fraud check swapped, the limit removed, sanctions inserted.
 */
@Named("transfer")
final class TransferAfter implements Saga<Order, String> {

  private final TransferSteps steps;

  TransferAfter(TransferSteps steps) {
    this.steps = steps;
  }

  @Override
  public SagaOptions options() {
    return TransferSteps.options();
  }

  @Override
  public Map<String, Compensation<?>> compensations() {
    return steps.compensations();
  }

  @Override
  public String run(Order order, SagaContext saga) {
    steps.withdraw(order, saga);
    steps.ask(UpgradeWorld.RATE, order, saga);
    steps.ask(UpgradeWorld.FRAUD, order, saga);
    steps.ask(UpgradeWorld.SANCTIONS, order, saga);
    steps.deposit(order, saga);
    steps.ask(UpgradeWorld.NOTIFY, order, saga);
    return "done";
  }
}
