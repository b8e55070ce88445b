package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Workers;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the balances of many accounts, several at a time. */
public final class Balances {

  private final Delivery delivery;
  private final int concurrency;

  /** A reader with at most {@code concurrency} requests under way. */
  public Balances(Delivery delivery, int concurrency) {
    this.delivery = delivery;
    this.concurrency = concurrency;
  }

  /**
   * Balances in minor units by account; accounts without events are left out.
   *
   * @throws ImportException if the node refuses to give one
   */
  public Map<String, Long> of(Collection<String> accounts) throws GaveUpException {
    Map<String, Long> balances = new ConcurrentHashMap<>();
    Workers.each(accounts, concurrency, account -> read(account, balances));
    return balances;
  }

  private void read(String account, Map<String, Long> balances) throws GaveUpException {
    Answer answer = delivery.one(client -> client.state(Lane.TYPE, account)).answer();
    if (answer.ok()) {
      balances.put(account, answer.number("balance"));
    } else if (answer.status() != 404 || answer.code().equals("unknown-type")) {
      throw new ImportException(
          "account %s could not be read: %d %s: %s"
              .formatted(account, answer.status(), answer.code(), answer.detail()));
    }
  }
}
