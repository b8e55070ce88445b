package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.server.config.Units;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a read must have seen. */
sealed interface Consistency {

  /** Everything that was acknowledged before. */
  record Linearizable() implements Consistency {}

  /** Whatever this node has. */
  record Stale() implements Consistency {}

  /** Everything that was acknowledged longer ago than this. */
  record Bounded(Duration stalenessMax) implements Consistency {}

  /** The shortest bound. */
  Duration MIN = Duration.ofMillis(1);

  /** The longest bound. */
  Duration MAX = Duration.ofMinutes(1);

  /**
   * Of the parameters {@code consistency} and {@code max-staleness}.
   *
   * @throws ProblemException {@code malformed-request}
   */
  static Consistency of(Query query) {
    @Nullable String name = query.text("consistency");
    @Nullable String bound = query.text("max-staleness");
    if (bound != null && !"bounded".equals(name)) {
      throw malformed("query parameter max-staleness goes with consistency=bounded only");
    }
    return switch (name == null ? "linearizable" : name) {
      case "linearizable" -> new Linearizable();
      case "stale" -> new Stale();
      case "bounded" -> new Bounded(bound(bound));
      default ->
          throw malformed(
              "query parameter consistency must be linearizable, bounded or stale, not '"
                  + Text.shown(String.valueOf(name))
                  + "'");
    };
  }

  private static Duration bound(@Nullable String text) {
    Duration bound = text == null ? null : Units.duration(text);
    if (bound == null || bound.compareTo(MIN) < 0 || bound.compareTo(MAX) > 0) {
      throw malformed(
          "consistency=bounded needs the query parameter max-staleness, "
              + Units.DURATION_FORM
              + ", from 1ms to 1m"
              + (text == null ? "" : ", not '" + Text.shown(text) + "'"));
    }
    return bound;
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
