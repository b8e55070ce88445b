package dev.perdure.example.ledger;

import dev.perdure.api.Named;
import dev.perdure.api.View;
import dev.perdure.api.ViewIndex;
import java.util.List;
import java.util.Optional;

// docs: view
/** Every account that was ever opened, found by what it holds. */
@Named("accounts")
final class Accounts implements View<AccountState, Accounts.Row> {

  /**
   * An account.
   *
   * @param balance in minor units
   */
  record Row(long balance, String currency, String status) {}

  @Override
  public String entity() {
    return "account";
  }

  @Override
  public Optional<Row> row(String id, AccountState state) {
    return state.status().equals(AccountState.NEW)
        ? Optional.empty()
        : Optional.of(new Row(state.balance(), state.currency(), state.status()));
  }

  @Override
  public List<ViewIndex> indexes() {
    return List.of(
        ViewIndex.on("balance"),
        ViewIndex.on("currency", "balance"),
        ViewIndex.on("status", "balance"));
  }
}

// docs: end
