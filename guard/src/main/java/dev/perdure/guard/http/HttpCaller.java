package dev.perdure.guard.http;

import dev.perdure.guard.Caller;
import dev.perdure.guard.Time;
import dev.perdure.guard.policy.Priority;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Perdure-Timeout} (how long the caller waits) and {@code Priority} (RFC 9218) of a
 * request. Run its handler with {@link Caller#call}, and whatever it calls inherits both.
 */
public final class HttpCaller {
  private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofHours(1);

  private HttpCaller() {}

  /**
   * The caller of a request. What is absent or cannot be read is left out: it is for the handler to
   * refuse it.
   *
   * @param header the value of a header by name, null if there is none
   */
  public static Caller of(Function<String, @Nullable String> header, Time time) {
    Caller caller = Caller.none();
    Duration timeout = timeout(header.apply("Perdure-Timeout"));
    if (timeout != null) {
      caller = caller.within(timeout, time);
    }
    int urgency = Priority.urgencyOf(header.apply("Priority"));
    return urgency < 0 ? caller : caller.priority(Priority.ofUrgency(urgency));
  }

  private static @Nullable Duration timeout(@Nullable String text) {
    Matcher matcher = TIMEOUT.matcher(text == null ? "" : text.strip());
    if (!matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    Duration read =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        };
    return read.compareTo(LONGEST) > 0 ? LONGEST : read;
  }
}
