package dev.perdure.example.ledger.imports;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.perdure.example.ledger.bank.BankLine.Bad;
import dev.perdure.example.ledger.bank.Haler;
import dev.perdure.example.ledger.bank.Reconciliation;
import dev.perdure.example.ledger.bank.Reconciliation.AccountDifference;
import dev.perdure.example.ledger.bank.Reconciliation.Check;
import dev.perdure.example.ledger.imports.ImportCounts.RowFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code import} and {@code verify} print and write.
 *
 * @param file as it was named
 * @param holds true if every check held
 * @param transfer what became of the rows; null if nothing was sent
 * @param bank the ledger beside the bank's figures
 * @param unreadable the first lines that could not be read
 */
record ImportReport(
    String file,
    boolean holds,
    List<Check> checks,
    @Nullable Transfer transfer,
    @JsonIgnoreProperties("checks") Reconciliation bank,
    List<String> unreadable) {

  private static final int LISTED_MAX = 25;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .changeDefaultPropertyInclusion(
              value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /**
   * The sending of the rows.
   *
   * @param rowsApplied took effect in this run
   * @param rowsEarlier had taken effect before
   * @param rowsFailed were refused
   * @param requestsRepeated were sent more than once
   * @param failures the first rows refused
   */
  record Transfer(
      long rowsApplied,
      long rowsEarlier,
      long rowsFailed,
      long requestsRepeated,
      double seconds,
      long rowsPerSecond,
      List<RowFailure> failures) {

    static Transfer of(ImportCounts counts, long requestsRepeated, long ns) {
      double seconds = ns / 1e9;
      return new Transfer(
          counts.rowsApplied(),
          counts.rowsEarlier(),
          counts.rowsFailed(),
          requestsRepeated,
          Math.round(seconds * 1000) / 1000.0,
          seconds == 0 ? 0 : Math.round(counts.rowsDone() / seconds),
          counts.failures());
    }
  }

  static ImportReport of(
      String file, @Nullable Transfer transfer, Reconciliation bank, List<Bad> unreadable) {
    List<Check> checks = new ArrayList<>();
    if (transfer != null) {
      long rows = transfer.rowsApplied() + transfer.rowsEarlier() + transfer.rowsFailed();
      checks.add(
          new Check(
              "every row that can be read is in the ledger",
              transfer.rowsFailed() == 0 && rows == bank.rows(),
              String.format(
                  Locale.ROOT, "%,d of %,d rows", rows - transfer.rowsFailed(), bank.rows())));
    }
    checks.addAll(bank.checks());
    return new ImportReport(
        file,
        checks.stream().allMatch(Check::held),
        checks,
        transfer,
        bank,
        unreadable.stream().map(Bad::message).toList());
  }

  String json() {
    return JSON.writeValueAsString(this);
  }

  String table() {
    StringBuilder out = new StringBuilder();
    row(out, "file", file);
    row(out, "rows read", number(bank.rows()));
    if (bank.rowsBad() > 0) {
      row(out, "lines skipped", number(bank.rowsBad()) + " could not be read");
    }
    if (transfer != null) {
      row(out, "  applied now", number(transfer.rowsApplied()));
      row(out, "  applied before", number(transfer.rowsEarlier()));
      row(out, "  refused", number(transfer.rowsFailed()));
      row(out, "requests repeated", number(transfer.requestsRepeated()));
      row(
          out,
          "time",
          String.format(
              Locale.ROOT, "%.1f s, %,d rows/s", transfer.seconds(), transfer.rowsPerSecond()));
    }
    row(out, "rows compared", number(bank.rowsCompared()));
    row(out, "  within 0.10 CZK", number(bank.rowsWithin()));
    row(out, "accounts", number(bank.accounts()));
    row(out, "  exact to the haléř", number(bank.accountsExact()));
    row(out, "  end within 1 CZK", number(bank.accountsNear()));
    lists(out);
    out.append('\n');
    for (Check check : checks) {
      out.append(check.held() ? "  held    " : "  FAILED  ")
          .append(check.statement())
          .append(": ")
          .append(check.found())
          .append('\n');
    }
    return out.toString();
  }

  private void lists(StringBuilder out) {
    if (!unreadable.isEmpty()) {
      out.append("\nLines that were skipped:\n");
      listed(out, unreadable, bank.rowsBad());
    }
    if (transfer != null && !transfer.failures().isEmpty()) {
      out.append("\nRows that the ledger refused:\n");
      listed(
          out,
          transfer.failures().stream().map(ImportReport::refusal).toList(),
          transfer.rowsFailed());
    }
    if (!bank.differing().isEmpty()) {
      out.append("\nAccounts whose balance is not the sum of their rows:\n");
      listed(
          out, bank.differing().stream().map(ImportReport::sum).toList(), bank.differing().size());
    }
    if (!bank.apart().isEmpty()) {
      out.append("\nAccounts that end more than 1 CZK from the bank's last balance:\n");
      listed(out, bank.apart().stream().map(ImportReport::end).toList(), bank.apart().size());
    }
  }

  private static String refusal(RowFailure failure) {
    return "line %d, transaction %s, account %s: %d %s: %s"
        .formatted(
            failure.line(),
            failure.transaction(),
            failure.account(),
            failure.status(),
            failure.code(),
            failure.detail());
  }

  private static String sum(AccountDifference account) {
    return "account %-8s ledger %15s   rows %15s"
        .formatted(account.account(), crowns(account.ledger()), Haler.format(account.sum()));
  }

  private static String end(AccountDifference account) {
    return "account %-8s ledger %15s   bank %15s   %s"
        .formatted(
            account.account(),
            crowns(account.ledger()),
            Haler.format(account.stated()),
            account.rowsApart() == 0
                ? "its rows fit"
                : account.rowsApart() + " of its rows do not fit the bank's own figures");
  }

  private static String crowns(@Nullable Long haler) {
    return haler == null ? "unknown" : Haler.format(haler);
  }

  private static void listed(StringBuilder out, List<String> lines, long all) {
    lines.stream().limit(LISTED_MAX).forEach(line -> out.append("  ").append(line).append('\n'));
    if (all > LISTED_MAX) {
      out.append("  … and ").append(number(all - LISTED_MAX)).append(" more; see --report\n");
    }
  }

  private static void row(StringBuilder out, String name, String value) {
    out.append(String.format(Locale.ROOT, "%-22s %s%n", name, value));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
