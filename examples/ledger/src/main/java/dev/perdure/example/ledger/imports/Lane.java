package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.AccountCommand;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.example.ledger.Money;
import dev.perdure.example.ledger.bank.BankLine.Row;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.Delivery.Delivered;
import dev.perdure.example.ledger.http.GaveUpException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Delivers the rows of some accounts, in order, one request at a time.
 *
 * <p>An account is opened before its first row, with an overdraft without limit: the bank's own
 * rules decided long ago. If it was open already, its history says which rows it has.
 */
final class Lane {

  static final String TYPE = "account";

  private static final String OPEN_KEY = "open";
  private static final AccountCommand OPEN =
      new AccountCommand.Open(LedgerService.DEFAULT_CURRENCY, Money.MAX);

  private final Delivery delivery;
  private final ImportCounts counts;

  /** Operation ids in the history of each account that was met, from before this run. */
  private final Map<String, Set<String>> known = new HashMap<>();

  Lane(Delivery delivery, ImportCounts counts) {
    this.delivery = delivery;
    this.counts = counts;
  }

  /** Delivers rows; returns when the outcome of each is known. */
  void deliver(List<Row> rows) throws GaveUpException {
    openAccounts(rows);
    List<Row> open = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (known.getOrDefault(row.account(), Set.of()).contains(row.transaction())) {
        counts.earlier();
      } else {
        open.add(row);
      }
    }
    if (open.isEmpty()) {
      return;
    }
    List<Delivered> delivered = delivery.all(open.stream().map(Lane::line).toList());
    for (int i = 0; i < open.size(); i++) {
      count(open.get(i), delivered.get(i));
    }
  }

  private void count(Row row, Delivered delivered) {
    Answer answer = delivered.answer();
    if (!answer.ok()) {
      counts.failed(
          new ImportCounts.RowFailure(
              row.line(),
              row.transaction(),
              row.account(),
              answer.status(),
              answer.code(),
              answer.detail()));
    } else if (delivered.earlier()) {
      counts.earlier();
    } else {
      counts.applied();
    }
  }

  private static BatchLine line(Row row) {
    return new BatchLine(
        TYPE,
        row.account(),
        row.credit() ? "deposit" : "withdraw",
        row.credit()
            ? new AccountCommand.Deposit(row.amount(), null)
            : new AccountCommand.Withdraw(row.amount(), null),
        row.transaction());
  }

  private void openAccounts(List<Row> rows) throws GaveUpException {
    List<String> unmet =
        rows.stream()
            .map(Row::account)
            .distinct()
            .filter(account -> !known.containsKey(account))
            .toList();
    if (unmet.isEmpty()) {
      return;
    }
    List<Delivered> opened =
        delivery.all(
            unmet.stream()
                .map(account -> new BatchLine(TYPE, account, "open", OPEN, OPEN_KEY))
                .toList());
    for (int i = 0; i < unmet.size(); i++) {
      Answer answer = opened.get(i).answer();
      String account = unmet.get(i);
      if (answer.ok() && !answer.replayed()) {
        known.put(account, Set.of());
      } else if (answer.ok() || answer.rejected()) {
        known.put(account, history(account));
      } else {
        throw new ImportException(
            "account %s could not be opened: %d %s: %s"
                .formatted(account, answer.status(), answer.code(), answer.detail()));
      }
    }
  }

  /** Operation ids of all events of an account. */
  private Set<String> history(String account) throws GaveUpException {
    Set<String> operations = new HashSet<>();
    History.each(delivery, account, event -> operations.add(event.operation()));
    return operations;
  }
}
