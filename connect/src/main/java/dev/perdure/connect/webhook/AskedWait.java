package dev.perdure.connect.webhook;

import dev.perdure.api.RetryAfter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** What a {@code Retry-After} asks for: seconds, or a date (RFC 9110, section 10.2.3). */
final class AskedWait {

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  private AskedWait() {}

  /** Nothing for what is empty, past or cannot be read. */
  static Duration of(String header, Instant now) {
    Duration asked = read(header.strip(), now);
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(RetryAfter.LONGEST) > 0 ? RetryAfter.LONGEST : asked;
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
