package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Stop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ledger verify FILE}. */
@Command(
    name = "verify",
    description = {
      "Compare the ledger with a bank's file, without changing anything.",
      "",
      "Every account's balance is compared with the sum of its rows, to the haléř, and with the"
          + " balances that the bank states."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 3 a check did not hold, 69 the node did not answer.",
      "",
      "Example:",
      "  perdure ledger verify transactions.csv --output json"
    })
final class VerifyCommand implements Callable<Integer> {

  @Mixin private NodeOptions node = new NodeOptions();

  private final Stop stop = new Stop();

  @Override
  public Integer call() {
    return Runs.guard(
        stop,
        () -> {
          try (NodeClient client = node.client();
              BankFile file = BankFile.open(node.file())) {
            BankFigures figures = BankFigures.of(file);
            Delivery delivery = new Delivery(client, node.patience(), stop);
            Reconciliation bank =
                Reconciliation.of(
                    figures, new Balances(delivery, node.concurrency()).of(figures.accountIds()));
            return Runs.print(
                node, ImportReport.of(node.file().toString(), null, bank, figures.bad()));
          }
        },
        () -> "nothing was changed");
  }
}
