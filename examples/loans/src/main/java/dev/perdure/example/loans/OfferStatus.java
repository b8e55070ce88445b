package dev.perdure.example.loans;

import java.util.Arrays;
import java.util.Locale;

/** How far an offer is. */
public enum OfferStatus {
  SELECTED,
  CREATED,
  SENT,
  /** The applicant answered, and the bank looks at it. */
  SENT_BACK,
  ACCEPTED,
  DECLINED,
  CANCELLED;

  /** The name that is stored and that callers use, such as {@code sent-back}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The status of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static OfferStatus of(String text) {
    for (OfferStatus status : values()) {
      if (status.text().equals(text)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no status of an offer; there are %s"
            .formatted(
                text, String.join(", ", Arrays.stream(values()).map(OfferStatus::text).toList())));
  }

  /** True if nothing comes after it. */
  public boolean ended() {
    return switch (this) {
      case ACCEPTED, DECLINED, CANCELLED -> true;
      case SELECTED, CREATED, SENT, SENT_BACK -> false;
    };
  }

  /** True if it may come after a status. An offer can be cancelled as long as it is open. */
  boolean mayFollow(OfferStatus before) {
    return switch (this) {
      case SELECTED -> false;
      case CREATED -> before == SELECTED;
      case SENT -> before == CREATED;
      case SENT_BACK -> before == SENT;
      case ACCEPTED, DECLINED -> before == SENT || before == SENT_BACK;
      case CANCELLED -> !before.ended();
    };
  }
}
