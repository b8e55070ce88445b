package dev.perdure.example.reporting;

import dev.perdure.client.Events;
import dev.perdure.client.PerdureClient;
import dev.perdure.example.ledger.AccountEvent;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the node itself says: every account's events, and what they come to. */
final class Ledger {

  private Ledger() {}

  /**
   * An account as its events make it.
   *
   * @param events how many there are, which is its version
   */
  record Account(long balance, String currency, String status, long events) {

    private static final Account NONE = new Account(0, "", "", 0);

    private Account after(Events.Event event) {
      return switch (event.type()) {
        case "opened" -> new Account(0, event.as(AccountEvent.Opened.class).currency(), "open", 1);
        case "deposited" -> plus(event.as(AccountEvent.Deposited.class).amount());
        case "withdrawn" -> plus(-event.as(AccountEvent.Withdrawn.class).amount());
        case "closed" -> new Account(balance, currency, "closed", events + 1);
        default -> throw new AssertionError("an event that nobody knows: " + event.type());
      };
    }

    private Account plus(long amount) {
      return new Account(balance + amount, currency, status, events + 1);
    }
  }

  static Map<String, Account> accounts(PerdureClient client) {
    Map<String, Account> all = new TreeMap<>();
    for (String id : Load.accounts()) {
      Account account = account(client, id);
      if (account.events > 0) {
        all.put(id, account);
      }
    }
    return all;
  }

  private static Account account(PerdureClient client, String id) {
    Account account = Account.NONE;
    Optional<Events> page = client.events("account", id, 0);
    while (page.isPresent()) {
      for (Events.Event event : page.get().events()) {
        account = account.after(event);
      }
      page = page.get().more() ? client.events("account", id, page.get().next()) : Optional.empty();
    }
    return account;
  }
}
