package dev.perdure.example.loans;

import java.util.Arrays;
import java.util.Locale;

/** What an application comes to, each at most once. */
public enum Stage {
  SUBMITTED,
  PARTLY_SUBMITTED,
  PREACCEPTED,
  ACCEPTED,
  FINALIZED,
  /** With {@link #REGISTERED} and {@link #ACTIVATED} in any order: three desks do it. */
  APPROVED,
  REGISTERED,
  ACTIVATED,
  DECLINED,
  CANCELLED;

  /** The name that is stored and that callers use, such as {@code partly-submitted}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The stage of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Stage of(String text) {
    for (Stage stage : values()) {
      if (stage.text().equals(text)) {
        return stage;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no stage of an application; there are %s"
            .formatted(text, String.join(", ", Arrays.stream(values()).map(Stage::text).toList())));
  }

  /** True if nothing can come to the application beside what belongs to the same outcome. */
  boolean settles() {
    return switch (this) {
      case APPROVED, REGISTERED, ACTIVATED, DECLINED, CANCELLED -> true;
      case SUBMITTED, PARTLY_SUBMITTED, PREACCEPTED, ACCEPTED, FINALIZED -> false;
    };
  }

  /** True if it may come after a stage. */
  boolean mayFollow(Stage before) {
    return switch (this) {
      case SUBMITTED -> false;
      case PARTLY_SUBMITTED -> before == SUBMITTED;
      case PREACCEPTED -> before == PARTLY_SUBMITTED;
      case ACCEPTED -> before == PREACCEPTED;
      case FINALIZED -> before == ACCEPTED;
      case APPROVED, REGISTERED, ACTIVATED ->
          before == FINALIZED || before == APPROVED || before == REGISTERED || before == ACTIVATED;
      case DECLINED, CANCELLED -> !before.settles();
    };
  }
}
