package dev.perdure.example.ledger.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.example.ledger.FakeNode;
import dev.perdure.example.ledger.FakeNode.Fault;
import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {

  private static final Patience SHORT =
      new Patience(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(60));

  @TempDir private Path folder;

  private final Stop stop = new Stop();
  private final ImportCounts counts = new ImportCounts();
  private final List<String> bad = new ArrayList<>();

  @Test
  void importsEveryRowOnceAndInOrder() throws Exception {
    Bank bank = new Bank(1, 40, 2_000);
    try (FakeNode node = new FakeNode(n -> Fault.NONE)) {
      assertThat(run(node, bank, false).holds()).isTrue();
      assertThat(counts.rowsApplied()).isEqualTo(2_000);
      assertThat(counts.rowsEarlier() + counts.rowsFailed()).isZero();
      bank.assertIn(node);
    }
  }

  @Test
  void importsEveryRowOnceAndInOrderThroughEveryFault() throws Exception {
    for (int seed = 1; seed <= 5; seed++) {
      Bank bank = new Bank(seed, 20, 1_000);
      SplittableRandom random = new SplittableRandom(seed);
      long[] faults = random.longs(10_000, 0, 100).toArray();
      try (FakeNode node = new FakeNode(n -> faults[n] < 60 ? Fault.of(faults[n]) : Fault.NONE)) {
        ImportCounts before = new ImportCounts();
        assertThat(run(node, bank, before).holds()).isTrue();
        assertThat(before.rowsDone()).isEqualTo(1_000);
        assertThat(before.rowsFailed()).isZero();
        assertThat(node.executed()).isEqualTo(1_020);
        bank.assertIn(node);
      }
    }
  }

  @Test
  void secondRunFindsEverythingDone() throws Exception {
    Bank bank = new Bank(3, 10, 300);
    try (FakeNode node = new FakeNode(n -> Fault.NONE)) {
      run(node, bank, new ImportCounts());
      assertThat(run(node, bank, false).holds()).isTrue();
      assertThat(counts.rowsEarlier()).isEqualTo(300);
      assertThat(counts.rowsApplied()).isZero();
      bank.assertIn(node);
    }
  }

  @Test
  void secondRunDoublesNothingEvenWhenOperationIdsAreForgotten() throws Exception {
    Bank bank = new Bank(4, 10, 300);
    try (FakeNode node = new FakeNode(n -> Fault.NONE)) {
      run(node, bank, new ImportCounts());
      node.forgetOperations();
      assertThat(run(node, bank, false).holds()).isTrue();
      assertThat(counts.rowsEarlier()).isEqualTo(300);
      bank.assertIn(node);
    }
  }

  @Test
  void stoppedImportIsTakenUpByTheNextRun() throws Exception {
    Bank bank = new Bank(5, 30, 2_000);
    Stop first = new Stop();
    try (FakeNode node =
        new FakeNode(
            n -> {
              if (n == 20) {
                first.request();
                return Fault.DROP_AFTER;
              }
              return Fault.NONE;
            })) {
      ImportCounts partly = new ImportCounts();
      try (NodeClient client = client(node);
          BankFile file = BankFile.open(bank.write())) {
        Importer importer =
            new Importer(
                new Delivery(client, SHORT, first),
                new ImportOptions(4, 16, false, SHORT),
                first,
                partly);
        assertThatThrownBy(() -> importer.run(file, row -> {}))
            .isInstanceOfSatisfying(GaveUpException.class, e -> assertThat(e.stopped()).isTrue());
      }
      assertThat(partly.rowsDone()).isLessThan(2_000);
      assertThat(run(node, bank, false).holds()).isTrue();
      assertThat(counts.rowsDone()).isEqualTo(2_000);
      assertThat(counts.rowsEarlier()).isGreaterThanOrEqualTo(partly.rowsApplied());
      bank.assertIn(node);
    }
  }

  @Test
  void skipsAndCountsWhatCannotBeRead() throws Exception {
    Bank bank = new Bank(6, 5, 100);
    bank.lines.add(50, "999,3,1993-01-01,credit,12.345,1.00,1");
    try (FakeNode node = new FakeNode(n -> Fault.NONE)) {
      Reconciliation result = run(node, bank, false);
      assertThat(result.rows()).isEqualTo(100);
      assertThat(result.rowsBad()).isEqualTo(1);
      assertThat(bad)
          .containsExactly("line 52, column amount: \"12.345\" has more than two decimals");
      bank.assertIn(node);
    }
  }

  @Test
  void endsAtTheFirstBadLineWhenStrict() throws Exception {
    Bank bank = new Bank(7, 5, 100);
    bank.lines.add(50, "999,3,1993-01-01,credit,12.345,1.00,1");
    try (FakeNode node = new FakeNode(n -> Fault.NONE)) {
      assertThatThrownBy(() -> run(node, bank, true))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("line 52, column amount")
          .hasMessageContaining("--strict");
    }
  }

  @Test
  void reportsRowsThatTheLedgerRefuses() throws Exception {
    Bank bank = new Bank(8, 1, 10);
    try (FakeNode node = new FakeNode(n -> Fault.NONE);
        NodeClient client = client(node)) {
      var close =
          new dev.perdure.example.ledger.http.BatchLine(
              "account", "0", "open", Map.of("currency", "CZK", "overdraft_limit", 0), "open");
      client.batch(List.of(close));
      client.batch(
          List.of(
              new dev.perdure.example.ledger.http.BatchLine(
                  "account", "0", "close", Map.of(), "close")));
      assertThatThrownBy(() -> run(node, bank, false))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("operation-id-reused");
      node.forgetOperations();
      assertThat(run(node, bank, false).holds()).isFalse();
      assertThat(counts.rowsFailed()).isEqualTo(10);
      assertThat(counts.failures().getFirst().code()).isEqualTo("account-closed");
    }
  }

  @Test
  void givesUpWhenTheNodeStaysAway() throws Exception {
    Bank bank = new Bank(9, 2, 10);
    Patience none = new Patience(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
    try (FakeNode node = new FakeNode(n -> Fault.REFUSE);
        NodeClient client = client(node);
        BankFile file = BankFile.open(bank.write())) {
      Importer importer =
          new Importer(
              new Delivery(client, none, stop), new ImportOptions(2, 4, false, none), stop, counts);
      assertThatThrownBy(() -> importer.run(file, row -> {}))
          .isInstanceOf(GaveUpException.class)
          .hasMessageContaining("503 overloaded");
    }
  }

  private Reconciliation run(FakeNode node, Bank bank, ImportCounts into) throws Exception {
    return run(node, bank, into, false);
  }

  private Reconciliation run(FakeNode node, Bank bank, boolean strict) throws Exception {
    return run(node, bank, counts, strict);
  }

  private Reconciliation run(FakeNode node, Bank bank, ImportCounts into, boolean strict)
      throws Exception {
    Stop own = new Stop();
    try (NodeClient client = client(node);
        BankFile file = BankFile.open(bank.write())) {
      Delivery delivery = new Delivery(client, SHORT, own);
      BankFigures figures =
          new Importer(delivery, new ImportOptions(4, 16, strict, SHORT), own, into)
              .run(file, row -> bad.add(row.message()));
      return Reconciliation.of(figures, new Balances(delivery, 4).of(figures.accountIds()));
    }
  }

  private static NodeClient client(FakeNode node) {
    return new NodeClient(node.uri(), Duration.ofSeconds(10));
  }

  /** A made-up bank whose figures all fit. */
  private final class Bank {
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Long> balances = new TreeMap<>();
    private final Map<String, List<String>> order = new TreeMap<>();

    Bank(int seed, int accounts, int rows) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < rows; i++) {
        String account = String.valueOf(random.nextInt(accounts));
        boolean credit = random.nextBoolean();
        long amount = random.nextLong(1, 100_000);
        long balance = balances.merge(account, credit ? amount : -amount, Long::sum);
        order.computeIfAbsent(account, key -> new ArrayList<>()).add("t" + i);
        lines.add(
            "t%d,%s,1993-01-01,%s,%s,%s,1"
                .formatted(
                    i, account, credit ? "credit" : "debit", crowns(amount), crowns(balance)));
      }
    }

    private String crowns(long haler) {
      return java.math.BigDecimal.valueOf(haler, 2).toPlainString();
    }

    Path write() throws IOException {
      String header = "trans_id,account_id,date,direction,amount,stated_balance,balance_consistent";
      return Files.writeString(
          folder.resolve("bank.csv"), header + "\n" + String.join("\n", lines) + "\n");
    }

    void assertIn(FakeNode node) {
      Map<String, Long> found = new TreeMap<>();
      node.states().forEach((account, state) -> found.put(account, state.balance()));
      assertThat(found).isEqualTo(balances);
      order.forEach(
          (account, operations) ->
              assertThat(node.operations(account)).containsExactlyElementsOf(operations));
    }
  }
}
