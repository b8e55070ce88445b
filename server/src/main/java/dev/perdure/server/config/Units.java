package dev.perdure.server.config;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Durations like {@code 250ms} and sizes like {@code 64MiB}: whole numbers with a unit. */
public final class Units {

  /** What a duration may look like, for messages. */
  public static final String DURATION_FORM =
      "a whole number with ms, s, m, h or d, for example 250ms";

  static final String SIZE_FORM = "a whole number with B, KiB, MiB or GiB, for example 64MiB";

  private static final long KIB = 1024;
  private static final int DIGITS_MAX = 15;

  private Units() {}

  /** A duration; null if {@code text} is not one. Allocates nothing but the result. */
  public static @Nullable Duration duration(String text) {
    int digits = digits(text);
    if (digits == 0) {
      return null;
    }
    long count = Long.parseLong(text, 0, digits, 10);
    return switch (text.substring(digits)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> multiplied(count, 60);
      case "h" -> multiplied(count, 3_600);
      case "d" -> multiplied(count, 86_400);
      default -> null;
    };
  }

  private static @Nullable Duration multiplied(long count, long seconds) {
    return count > Long.MAX_VALUE / 1_000_000_000L / seconds
        ? null
        : Duration.ofSeconds(count * seconds);
  }

  /** Bytes; -1 if {@code text} is not a size. */
  static long bytes(String text) {
    int digits = digits(text);
    if (digits == 0) {
      return -1;
    }
    long unit =
        switch (text.substring(digits).toLowerCase(Locale.ROOT)) {
          case "b" -> 1;
          case "kib" -> KIB;
          case "mib" -> KIB * KIB;
          case "gib" -> KIB * KIB * KIB;
          case "tib" -> KIB * KIB * KIB * KIB;
          default -> -1;
        };
    long count = Long.parseLong(text, 0, digits, 10);
    return unit < 0 || count > Long.MAX_VALUE / unit ? -1 : count * unit;
  }

  /** How many digits {@code text} begins with; 0 if none or more than can be counted. */
  private static int digits(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits > DIGITS_MAX ? 0 : digits;
  }

  /** The shortest form of a duration. */
  static String text(Duration value) {
    long ms = value.toMillis();
    if (ms % 1_000 != 0) {
      return ms + "ms";
    }
    long seconds = ms / 1_000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes % 60 != 0) {
      return minutes + "m";
    }
    return minutes % 1_440 == 0 ? minutes / 1_440 + "d" : minutes / 60 + "h";
  }

  /** The shortest form of a size. */
  static String text(long bytes) {
    String[] names = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    long count = bytes;
    while (unit < names.length - 1 && count != 0 && count % KIB == 0) {
      count /= KIB;
      unit++;
    }
    return count + names[unit];
  }
}
