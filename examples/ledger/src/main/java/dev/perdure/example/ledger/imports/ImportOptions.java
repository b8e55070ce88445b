package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.http.Patience;

/**
 * How an import goes.
 *
 * @param lanes requests under way at a time, 1 to 256
 * @param batchRows rows in one request, 1 to 1,000
 * @param strict true to end at the first line that cannot be read
 * @param patience with a node that does not answer
 */
public record ImportOptions(int lanes, int batchRows, boolean strict, Patience patience) {

  /** More would only wait at the node. */
  public static final int LANES_MAX = 256;

  /** What a batch request may hold. */
  public static final int BATCH_ROWS_MAX = 1_000;

  public ImportOptions {
    check("concurrency", lanes, LANES_MAX);
    check("batch", batchRows, BATCH_ROWS_MAX);
  }

  private static void check(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; a number from 1 to " + max + " is needed");
    }
  }
}
