package dev.perdure.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a key's value is made of.
 *
 * @param name for people
 * @param unit of the value; empty if it has none
 * @param allowed in words, for messages
 * @param bounds in short, for tables
 * @param read the value of a text; null if it is not allowed
 * @param write the text of a value
 */
public record Kind<T>(
    String name,
    String unit,
    String allowed,
    String bounds,
    Function<String, @Nullable T> read,
    Function<T, String> write) {

  /** Any text. */
  static final Kind<String> TEXT =
      new Kind<>("text", "", "any text", "", text -> text, value -> value);

  /** A path, relative to the working directory. */
  static final Kind<Path> PATH =
      new Kind<>("path", "", "a path", "", Kind::path, value -> value.toString());

  /** Paths, separated by commas. */
  static final Kind<List<Path>> PATHS =
      new Kind<>(
          "paths",
          "",
          "paths, separated by commas",
          "",
          Kind::paths,
          value -> String.join(",", value.stream().map(Path::toString).toList()));

  /** True or false. */
  static final Kind<Boolean> SWITCH =
      new Kind<>("switch", "", "true or false", "true, false", Kind::flag, String::valueOf);

  /** A port; 0 takes any free one. */
  static final Kind<Integer> PORT = whole(0, 65_535);

  /** A whole number within bounds. */
  static Kind<Integer> whole(int min, int max) {
    return new Kind<>(
        "number",
        "",
        "a whole number from " + min + " to " + max,
        min + " to " + max,
        text -> {
          @Nullable Long value = number(text);
          return value == null || value < min || value > max ? null : value.intValue();
        },
        String::valueOf);
  }

  /** Bytes within bounds. */
  static Kind<Long> size(long min, long max) {
    return new Kind<>(
        "size",
        "bytes",
        Units.SIZE_FORM + ", from " + Units.text(min) + " to " + Units.text(max),
        Units.text(min) + " to " + Units.text(max),
        text -> {
          long bytes = Units.bytes(text);
          return bytes < min || bytes > max ? null : bytes;
        },
        Units::text);
  }

  /** Time within bounds. */
  static Kind<Duration> time(Duration min, Duration max) {
    return new Kind<>(
        "duration",
        "time",
        Units.DURATION_FORM + ", from " + Units.text(min) + " to " + Units.text(max),
        Units.text(min) + " to " + Units.text(max),
        text -> {
          Duration value = Units.duration(text);
          return value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0
              ? null
              : value;
        },
        Units::text);
  }

  /** One constant of an enumeration, in lower case. */
  static <E extends Enum<E>> Kind<E> choice(Class<E> type) {
    List<String> names =
        Arrays.stream(type.getEnumConstants())
            .map(one -> one.name().toLowerCase(Locale.ROOT))
            .toList();
    return new Kind<>(
        "choice",
        "",
        String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast(),
        String.join(", ", names),
        text -> names.contains(text) ? Enum.valueOf(type, text.toUpperCase(Locale.ROOT)) : null,
        value -> value.name().toLowerCase(Locale.ROOT));
  }

  private static @Nullable Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Boolean flag(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static @Nullable Path path(String text) {
    try {
      return text.isBlank() ? null : Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable List<Path> paths(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    List<Path> paths = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Path path = path(one.strip());
      if (path == null) {
        return null;
      }
      paths.add(path);
    }
    return List.copyOf(paths);
  }
}
