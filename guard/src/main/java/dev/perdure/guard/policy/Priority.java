package dev.perdure.guard.policy;

import org.jspecify.annotations.Nullable;

/**
 * How much a call matters: the share of a limit that calls of its kind may fill. A dependency may
 * have other shares, {@link Concurrency.Shares}.
 */
public enum Priority {
  /** Never refused while anything less important is under way: 100 %. */
  CRITICAL(100, 0),
  /** Up to 95 % of the limit. */
  HIGH(95, 1),
  /** Up to 85 % of the limit: the default. */
  NORMAL(85, 3),
  /** First to go, at 60 % of the limit. */
  SHEDDABLE(60, 5);

  private final int percent;
  private final int urgency;

  Priority(int percent, int urgency) {
    this.percent = percent;
    this.urgency = urgency;
  }

  /** The part of a limit, in percent, at which calls of this priority are refused by default. */
  public int percent() {
    return percent;
  }

  /** The urgency of RFC 9218 that stands for it, 0 to 7, 0 the most urgent. */
  public int urgency() {
    return urgency;
  }

  /** The priority of an urgency of RFC 9218: 0, 1 to 2, 3 to 4, 5 to 7. */
  public static Priority ofUrgency(int urgency) {
    if (urgency <= 0) {
      return CRITICAL;
    }
    return urgency <= 2 ? HIGH : urgency <= 4 ? NORMAL : SHEDDABLE;
  }

  /**
   * The urgency that a {@code Priority} header asks for.
   *
   * @param header null if there is none
   * @return -1 if it names none that can be read: RFC 9218 has it ignored then
   */
  public static int urgencyOf(@Nullable String header) {
    if (header == null) {
      return -1;
    }
    int found = -1;
    for (String member : header.split(",", -1)) {
      String text = member.strip();
      boolean urgency = text.startsWith("u=") && (text.length() == 3 || text.indexOf(';') == 3);
      if (urgency && text.charAt(2) >= '0' && text.charAt(2) <= '7') {
        found = text.charAt(2) - '0';
      }
    }
    return found;
  }
}
