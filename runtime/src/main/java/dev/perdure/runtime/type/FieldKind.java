package dev.perdure.runtime.type;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a field of a view's row holds. */
public enum FieldKind {
  TEXT,
  LONG,
  BOOLEAN,
  INSTANT;

  /** The kind of a component's type; null if no row can hold it. */
  static @Nullable FieldKind of(Class<?> type) {
    if (type == String.class || type.isEnum()) {
      return TEXT;
    }
    if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
      return LONG;
    }
    if (type == boolean.class || type == Boolean.class) {
      return BOOLEAN;
    }
    return type == Instant.class ? INSTANT : null;
  }

  /** What a component holds, as String, Long, Boolean or Instant. */
  @Nullable Object value(@Nullable Object component) {
    return switch (component) {
      case null -> null;
      case Integer number -> number.longValue();
      case Enum<?> one -> one.name();
      default -> component;
    };
  }

  /**
   * Reads what a caller wrote.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public Object parse(String text) {
    try {
      return switch (this) {
        case TEXT -> text;
        case LONG -> Long.parseLong(text);
        case BOOLEAN -> bool(text);
        case INSTANT -> Instant.parse(text);
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a whole number of 64 bits is expected", e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time such as 2026-03-01T08:00:00Z is expected", e);
    }
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false is expected");
    };
  }
}
