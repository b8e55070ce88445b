package dev.perdure.server.ingress;

import dev.perdure.server.http.Exchange;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Duration;
import java.util.Locale;

/**
 * The header {@code Prefer} (RFC 7240), of which {@code wait} is honoured. What is not understood
 * is ignored, as the RFC wants it.
 */
final class Preference {

  private static final HeaderName PREFER = HeaderNames.create("Prefer");
  private static final HeaderName APPLIED = HeaderNames.create("Preference-Applied");
  private static final String WAIT = "wait";
  private static final int DIGITS_MAX = 9;

  private Preference() {}

  /**
   * How long the caller would wait, cut to what is allowed; zero if it would not.
   *
   * @param max whole seconds
   */
  static Duration wait(Exchange exchange, Duration max) {
    String preferences = exchange.header(PREFER);
    if (preferences == null) {
      return Duration.ZERO;
    }
    for (String preference : preferences.split(",", -1)) {
      String value = preference.split(";", 2)[0].strip();
      int equals = value.indexOf('=');
      if (equals > 0 && value.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(WAIT)) {
        Duration wanted = seconds(value.substring(equals + 1).strip());
        return wanted.compareTo(max) > 0 ? max : wanted;
      }
    }
    return Duration.ZERO;
  }

  private static Duration seconds(String value) {
    String digits = value.replace("\"", "");
    boolean number = digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number && !digits.isEmpty() && digits.length() <= DIGITS_MAX
        ? Duration.ofSeconds(Long.parseLong(digits))
        : Duration.ZERO;
  }

  /** Says how long was waited at most. */
  static Header applied(Duration wait) {
    return HeaderValues.create(APPLIED, WAIT + "=" + wait.toSeconds());
  }
}
