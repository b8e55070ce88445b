package dev.perdure.example.ledger.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.perdure.example.ledger.FakeNode;
import dev.perdure.example.ledger.FakeNode.Fault;
import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses ../shared/data, beside the repository; skipped where that is absent. */
class RealBankTest {

  private static final Path FILE =
      Path.of(System.getProperty("perdure.root", "."))
          .resolve("../shared/data/czech-bank-transactions.csv")
          .normalize();

  @BeforeEach
  void needsTheFile() {
    assumeTrue(Files.exists(FILE), "skipped: real input " + FILE.getFileName() + " is not there");
  }

  @Test
  void realBankFitsItsOwnFiguresThroughFaults() throws Exception {
    Patience patience =
        new Patience(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMinutes(2));
    Stop stop = new Stop();
    ImportCounts counts = new ImportCounts();
    try (FakeNode node = new FakeNode(n -> n % 10 == 9 ? Fault.of(n / 10) : Fault.NONE);
        NodeClient client = new NodeClient(node.uri(), Duration.ofSeconds(30));
        BankFile file = BankFile.open(FILE)) {
      Delivery delivery = new Delivery(client, patience, stop);
      BankFigures figures =
          new Importer(delivery, new ImportOptions(16, 64, true, patience), stop, counts)
              .run(file, bad -> {});
      Reconciliation bank =
          Reconciliation.of(figures, new Balances(delivery, 16).of(figures.accountIds()));

      assertThat(counts.rowsApplied()).isEqualTo(39_333);
      assertThat(node.executed()).isEqualTo(39_333 + 989);
      assertThat(bank.rows()).isEqualTo(39_333);
      assertThat(bank.rowsBad()).isZero();
      assertThat(bank.rowsCompared()).isEqualTo(39_333);
      assertThat(bank.rowsWithin()).isEqualTo(39_312);
      assertThat(bank.accountsExact()).isEqualTo(989);
      assertThat(bank.accountsNear()).isEqualTo(969);
      assertThat(bank.apart()).hasSize(20).allMatch(account -> account.rowsApart() > 0);
      assertThat(bank.holds()).isTrue();
    }
  }
}
