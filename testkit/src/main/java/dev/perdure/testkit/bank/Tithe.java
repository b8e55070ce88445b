package dev.perdure.testkit.bank;

import dev.perdure.api.Delivery;
import dev.perdure.api.Effect;
import dev.perdure.api.Named;
import dev.perdure.api.Reaction;
import dev.perdure.api.Retry;
import dev.perdure.api.SubscriptionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What is paid in is given to the church as well, for each withdrawal a receipt is made by a saga,
 * and a beggar spends what he may not have.
 */
@Named("tithe")
final class Tithe implements Reaction<FirstAccount.Event> {

  static final String CHURCH = "church";
  static final String BEGGAR = "beggar";

  /** Accounts of which nothing follows. */
  static final Set<String> LAST = Set.of(CHURCH, BEGGAR, ReceiptSaga.RECEIPTS);

  @Override
  public String entity() {
    return "account";
  }

  @Override
  public SubscriptionOptions options() {
    return SubscriptionOptions.defaults()
        .withRetry(new Retry(50, Duration.ofMillis(30), 2, Duration.ofMillis(300)));
  }

  @Override
  public List<Effect> react(Delivery<FirstAccount.Event> delivery) {
    if (LAST.contains(delivery.entity())) {
      return List.of();
    }
    return switch (delivery.event()) {
      case FirstAccount.Deposited paid ->
          List.of(
              Effect.command("account", CHURCH, new FirstAccount.Deposit(paid.amount())),
              Effect.offer("account", BEGGAR, new FirstAccount.Withdraw(1)));
      case FirstAccount.Withdrawn _ ->
          List.of(
              Effect.start(
                  "receipt",
                  delivery.entity() + "-" + delivery.version(),
                  new ReceiptSaga.Input(delivery.entity())));
    };
  }
}
