package dev.perdure.example.ledger.bank;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's balances beside the bank's figures.
 *
 * @param rows rows read
 * @param rowsBad lines that could not be read
 * @param rowsCompared rows compared with the previous stated balance
 * @param rowsWithin those within 0.10 CZK of it
 * @param accounts accounts in the file
 * @param accountsExact accounts whose balance in the ledger is the sum of their rows, to the haléř
 * @param accountsNear accounts that end within 1 CZK of the balance that the bank states last
 * @param differing accounts whose balance is not the sum of their rows
 * @param apart accounts that end further from the bank's last balance
 * @param checks what had to hold
 */
public record Reconciliation(
    long rows,
    long rowsBad,
    long rowsCompared,
    long rowsWithin,
    long accounts,
    long accountsExact,
    long accountsNear,
    List<AccountDifference> differing,
    List<AccountDifference> apart,
    List<Check> checks) {

  /** How far an account may end from the bank's last balance: drift of rounded figures. */
  static final long END_TOLERANCE = 100;

  /** The share of rows that must fit the bank's own figures, in thousandths. */
  private static final long ROWS_WITHIN_PER_MILLE = 999;

  /** One statement that was checked. */
  public record Check(String statement, boolean held, String found) {}

  /**
   * An account and its two or three balances, in haléř.
   *
   * @param ledger its balance in the ledger; null if the ledger does not know it
   * @param sum of its rows
   * @param stated by the bank, last
   * @param rowsApart rows of it that do not fit the bank's own figures
   */
  public record AccountDifference(
      String account, @Nullable Long ledger, long sum, long stated, long rowsApart) {}

  /**
   * Compares.
   *
   * @param balances the ledger's balances in haléř by account; an account it does not know is
   *     missing
   */
  public static Reconciliation of(BankFigures figures, Map<String, Long> balances) {
    List<AccountDifference> differing = new ArrayList<>();
    List<AccountDifference> apart = new ArrayList<>();
    long unexplained = 0;
    long known = 0;
    for (AccountFigures account : figures.accounts()) {
      if (account.rows() == 0) {
        continue; // only lines that could not be read
      }
      known++;
      Long ledger = balances.get(account.account());
      AccountDifference difference =
          new AccountDifference(
              account.account(), ledger, account.sum(), account.stated(), account.rowsApart());
      if (ledger == null || ledger != account.sum()) {
        differing.add(difference);
      }
      if (ledger == null || Math.abs(ledger - account.stated()) > END_TOLERANCE) {
        apart.add(difference);
        unexplained += account.consistent() ? 1 : 0;
      }
    }
    return new Reconciliation(
        figures.rows(),
        figures.rowsBad(),
        figures.rowsCompared(),
        figures.rowsWithin(),
        known,
        known - differing.size(),
        known - apart.size(),
        differing,
        apart,
        List.of(
            exact(known, differing.size()),
            within(figures.rowsCompared(), figures.rowsWithin()),
            near(unexplained)));
  }

  private static Check exact(long accounts, int differing) {
    return new Check(
        "every account's balance is the sum of its rows, to the haléř",
        differing == 0,
        String.format(Locale.ROOT, "%,d of %,d accounts", accounts - differing, accounts));
  }

  private static Check within(long compared, long within) {
    return new Check(
        "at least 99.9 % of the rows fit the bank's own figures within 0.10 CZK",
        within * 1000 >= compared * ROWS_WITHIN_PER_MILLE,
        String.format(
            Locale.ROOT,
            "%,d of %,d rows, %.3f %%",
            within,
            compared,
            compared == 0 ? 100.0 : 100.0 * within / compared));
  }

  private static Check near(long unexplained) {
    return new Check(
        "accounts whose rows all fit end within 1 CZK of the bank's last balance",
        unexplained == 0,
        unexplained == 0 ? "all" : unexplained + " do not");
  }

  /** True if every check held. */
  public boolean holds() {
    return checks.stream().allMatch(Check::held);
  }
}
