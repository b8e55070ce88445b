package dev.perdure.example.ledger.bank;

import dev.perdure.example.ledger.Money;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/** Crowns with two decimals as the bank writes them, and whole haléř as the ledger keeps them. */
public final class Haler {

  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,17}(\\.[0-9]{1,17})?");

  private Haler() {}

  /**
   * Crowns to haléř, exactly.
   *
   * @throws NumberFormatException if it is not a number of at most two decimals within ±{@link
   *     Money#MAX} haléř
   */
  static long parse(String crowns) {
    if (!DECIMAL.matcher(crowns).matches()) {
      throw new NumberFormatException("is not a decimal number such as 1100.00");
    }
    BigDecimal haler = new BigDecimal(crowns).movePointRight(2).stripTrailingZeros();
    if (haler.scale() > 0) {
      throw new NumberFormatException("has more than two decimals");
    }
    if (haler.abs().compareTo(BigDecimal.valueOf(Money.MAX)) > 0) {
      throw new NumberFormatException("is beyond " + format(Money.MAX) + " CZK");
    }
    return haler.longValueExact();
  }

  /** Haléř as crowns with two decimals. */
  public static String format(long haler) {
    return String.format(
        Locale.ROOT,
        "%s%d.%02d",
        haler < 0 ? "-" : "",
        Math.abs(haler / 100),
        Math.abs(haler % 100));
  }
}
