package dev.perdure.cli.demo;

import dev.perdure.example.ledger.bank.BankFigures;
import dev.perdure.example.ledger.bank.BankFile;
import dev.perdure.example.ledger.bank.BankLine;
import dev.perdure.example.ledger.bank.BankLine.Row;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import dev.perdure.example.ledger.imports.ImportCounts;
import dev.perdure.example.ledger.imports.ImportOptions;
import dev.perdure.example.ledger.imports.Importer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A bank's file, brought in by the importer of the ledger example. */
final class BankLoad implements Load {

  /** Small, so that a kill meets many requests. */
  private static final int BATCH_ROWS = 16;

  private final Path path;
  private final int lanes;
  private final BankFigures figures;
  private final Stop stop;

  /**
   * Reads the file once, to know how much there is.
   *
   * @param lanes requests under way at a time
   * @param stop ends the import early
   */
  BankLoad(Path path, int lanes, Stop stop) throws IOException {
    this.path = path;
    this.lanes = Math.min(lanes, ImportOptions.LANES_MAX);
    this.stop = stop;
    try (BankFile file = BankFile.open(path)) {
      this.figures = BankFigures.of(file);
    }
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d rows of %,d accounts from %s, %d requests at a time",
        figures.rows(),
        figures.accountIds().size(),
        path.getFileName(),
        lanes);
  }

  /** Each account is opened by a command of its own. */
  @Override
  public long answers() {
    return figures.rows() + figures.accountIds().size();
  }

  @Override
  public void run(Delivery delivery, Books books) throws IOException, GaveUpException {
    ImportCounts counts = new ImportCounts();
    ImportOptions options =
        new ImportOptions(lanes, BATCH_ROWS, false, Patience.of(Duration.ofSeconds(60)));
    try (BankFile file = BankFile.open(path)) {
      new Importer(delivery, options, stop, counts).run(file, bad -> {});
    }
    for (ImportCounts.RowFailure failure : counts.failures()) {
      throw new DemoException(
          "the node answered line %d with %d %s: %s"
              .formatted(failure.line(), failure.status(), failure.code(), failure.detail()));
    }
    note(books);
  }

  /** Every row has been acknowledged: the file is what the ledger must hold, row by row. */
  private void note(Books books) throws IOException {
    Map<String, Long> balances = new HashMap<>();
    try (BankFile file = BankFile.open(path)) {
      for (BankLine line = file.next(); line != null; line = file.next()) {
        if (line instanceof Row row) {
          long balance = balances.merge(row.account(), row.signed(), Long::sum);
          books.note(
              row.account(),
              new Books.Entry(row.transaction(), row.credit(), row.amount(), true, balance));
        }
      }
    }
  }

  /** What the bank says. */
  BankFigures figures() {
    return figures;
  }
}
