package dev.perdure.connect.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** What a {@code Retry-After} asks for: seconds, or a date (RFC 9110, section 10.2.3). */
final class AskedWait {

  /** Nobody has a stream stand still for longer. */
  static final Duration LONGEST = Duration.ofHours(1);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  private AskedWait() {}

  /** Nothing for what is empty, past or cannot be read. */
  static Duration of(String header, Instant now) {
    Duration asked = read(header.strip(), now);
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked.isNegative() ? Duration.ZERO : asked;
  }

  private static Duration read(String text, Instant now) {
    if (SECONDS.matcher(text).matches()) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
      return Duration.between(now, until);
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
