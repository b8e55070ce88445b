package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query of a path: few names, each at most once. */
record Query(String raw) {

  /** A value, decoded; null if the name is absent. */
  @Nullable String text(String name) {
    @Nullable String found = null;
    int from = 0;
    while (from < raw.length()) {
      int end = raw.indexOf('&', from);
      end = end < 0 ? raw.length() : end;
      int equals = raw.indexOf('=', from);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (nameEnd - from == name.length() && raw.startsWith(name, from)) {
        if (found != null) {
          throw malformed("query parameter " + name + " was given twice");
        }
        String value = nameEnd == end ? "" : raw.substring(nameEnd + 1, end);
        found = Percent.decode(value, "query parameter " + name);
      }
      from = end + 1;
    }
    return found;
  }

  /** All names, in order. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (String one : raw.split("&", -1)) {
      int equals = one.indexOf('=');
      String name = equals < 0 ? one : one.substring(0, equals);
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  /** A whole number within bounds; {@code otherwise} if the name is absent. */
  long number(String name, long min, long max, long otherwise) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with what is out of bounds.
    }
    throw malformed(
        "query parameter %s must be a whole number from %d to %d, not '%s'"
            .formatted(name, min, max, Text.shown(value)));
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
