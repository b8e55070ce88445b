package dev.perdure.example.loans.log;

/**
 * One event of the log.
 *
 * @param line in the file
 * @param application the case
 * @param activity {@code A_…} of the application, {@code O_…} of an offer, {@code W_…} of a work
 *     item
 * @param lifecycle {@code SCHEDULE}, {@code START} or {@code COMPLETE}
 * @param amount asked for
 */
public record LogRow(
    long line, String application, String activity, String lifecycle, long amount) {

  /** What the activity is called without the letter before it. */
  public String name() {
    return activity.substring(2);
  }

  /** {@code A}, {@code O} or {@code W}. */
  public char kind() {
    return activity.charAt(0);
  }
}
