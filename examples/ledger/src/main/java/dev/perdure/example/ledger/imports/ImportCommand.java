package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ledger import FILE}. */
@Command(
    name = "import",
    description = {
      "Bring a bank's transactions into the ledger, each once.",
      "",
      "A credit becomes a deposit, a debit a withdrawal; the operation id is trans_id, so that the"
          + " import can be stopped and run again without doubling anything. At the end every"
          + " account is compared with the sum of its rows and with the balances that the bank"
          + " states."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed or stopped, 2 usage, 3 a check did not hold,",
      "69 the node did not answer.",
      "",
      "Example:",
      "  perdure ledger import transactions.csv --concurrency 32 --report report.json"
    })
final class ImportCommand implements Callable<Integer> {

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description = "Rows in one request at most (default: ${DEFAULT-VALUE}).")
  private int batch = 64;

  @Option(
      names = "--strict",
      description = "End at the first line that cannot be read, instead of skipping it.")
  private boolean strict;

  private final ImportCounts counts = new ImportCounts();
  private final Stop stop = new Stop();

  @Override
  public Integer call() {
    return Runs.guard(
        stop,
        () -> {
          ImportOptions options =
              new ImportOptions(node.concurrency(), batch, strict, node.patience());
          try (NodeClient client = node.client();
              BankFile file = BankFile.open(node.file())) {
            return run(client, file, options);
          }
        },
        () ->
            "%,d rows have their outcome; run the same command again to take it up"
                .formatted(counts.rowsDone()));
  }

  private int run(NodeClient client, BankFile file, ImportOptions options)
      throws IOException, GaveUpException {
    Delivery delivery = new Delivery(client, options.patience(), stop);
    long startNs = System.nanoTime();
    long size = Math.max(1, Files.size(node.file()));
    ProgressLine line = ProgressLine.start(() -> progress(startNs, file.bytesRead(), size));
    BankFigures figures;
    try {
      figures = new Importer(delivery, options, stop, counts).run(file, bad -> {});
    } finally {
      line.close();
    }
    ImportReport.Transfer transfer =
        ImportReport.Transfer.of(counts, delivery.repeats(), System.nanoTime() - startNs);
    Reconciliation bank =
        Reconciliation.of(
            figures, new Balances(delivery, options.lanes()).of(figures.accountIds()));
    return Runs.print(node, ImportReport.of(node.file().toString(), transfer, bank, figures.bad()));
  }

  private String progress(long startNs, long bytes, long size) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    long rows = counts.rowsDone();
    return String.format(
        Locale.ROOT,
        "importing: %,d rows, %d %% of the file read, %,.0f rows/s",
        rows,
        bytes * 100 / size,
        rows / seconds);
  }
}
