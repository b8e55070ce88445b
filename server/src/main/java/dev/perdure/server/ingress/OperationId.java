package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.EntityCommand;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}: the id itself, or as a string of structured fields in double
 * quotes (draft-ietf-httpapi-idempotency-key-header). Both forms name the same operation.
 */
final class OperationId {

  private static final HeaderName HEADER = HeaderNames.create("Idempotency-Key");

  private OperationId() {}

  /** The caller's operation id; null if there is none. */
  static @Nullable String of(Exchange exchange) {
    String value = exchange.header(HEADER);
    return value == null ? null : checked(unquoted(value.strip()), "header Idempotency-Key");
  }

  /**
   * An operation id that may be used.
   *
   * @param where names it in the message
   */
  static String checked(String id, String where) {
    if (id.isEmpty() || id.length() > EntityCommand.OPERATION_ID_LENGTH_MAX) {
      throw malformed(
          where
              + " is "
              + id.length()
              + " characters long; 1 to "
              + EntityCommand.OPERATION_ID_LENGTH_MAX
              + " are allowed");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c < ' ' || c > '~') {
        throw malformed(where + " holds a character at " + i + " that is not printable ASCII");
      }
    }
    return id;
  }

  private static String unquoted(String value) {
    int last = value.length() - 1;
    if (last < 1 || value.charAt(0) != '"' || value.charAt(last) != '"') {
      return value;
    }
    if (value.indexOf('\\') < 0) {
      return value.substring(1, last);
    }
    StringBuilder out = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        i++;
        c = i < last ? value.charAt(i) : 0;
        if (c != '"' && c != '\\') {
          throw malformed("header Idempotency-Key has a backslash before neither \" nor \\");
        }
      }
      out.append(c);
    }
    return out.toString();
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
