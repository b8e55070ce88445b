package dev.perdure.example.ledger.bank;

import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.BankLine.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds up a file: per account what the ledger must hold and what the bank says. */
public final class BankFigures {

  /** How far a row may be from the bank's previous balance and its amount: published rounded. */
  static final long ROW_TOLERANCE = 10;

  private static final int BAD_KEPT_MAX = 1_000;

  private final Map<String, AccountFigures> accounts = new LinkedHashMap<>();
  private final List<Bad> bad = new ArrayList<>();
  private long rows;
  private long rowsBad;
  private long rowsCompared;
  private long rowsWithin;

  /** Adds up a whole file. */
  public static BankFigures of(BankFile file) throws IOException {
    BankFigures figures = new BankFigures();
    for (BankLine line = file.next(); line != null; line = file.next()) {
      figures.add(line);
    }
    return figures;
  }

  /** Adds one line. */
  public void add(BankLine line) {
    switch (line) {
      case Row row -> add(row);
      case Bad broken -> add(broken);
    }
  }

  private void add(Row row) {
    rows++;
    AccountFigures account = accounts.computeIfAbsent(row.account(), AccountFigures::new);
    long apart = account.add(row);
    if (apart == Long.MAX_VALUE) {
      return;
    }
    rowsCompared++;
    if (apart <= ROW_TOLERANCE) {
      rowsWithin++;
    } else {
      account.apart();
    }
  }

  private void add(Bad broken) {
    rowsBad++;
    if (bad.size() < BAD_KEPT_MAX) {
      bad.add(broken);
    }
    if (!broken.account().isEmpty()) {
      accounts.computeIfAbsent(broken.account(), AccountFigures::new).gap();
    }
  }

  Collection<AccountFigures> accounts() {
    return accounts.values();
  }

  /** Ids of the accounts, in the order of the file. */
  public Set<String> accountIds() {
    return accounts.keySet();
  }

  /** Rows that were read. */
  public long rows() {
    return rows;
  }

  /** Lines that could not be read. */
  public long rowsBad() {
    return rowsBad;
  }

  /** The first of the lines that could not be read. */
  public List<Bad> bad() {
    return List.copyOf(bad);
  }

  /** Rows with a known previous balance. */
  long rowsCompared() {
    return rowsCompared;
  }

  /** Those of them that fit the bank's own figures. */
  long rowsWithin() {
    return rowsWithin;
  }
}
