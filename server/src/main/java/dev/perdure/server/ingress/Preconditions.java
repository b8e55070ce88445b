package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.EntityCommand.Precondition;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/** {@code If-Match: "<version>"} and {@code If-None-Match: *}. */
final class Preconditions {

  private static final int DIGITS_MAX = 18;

  private Preconditions() {}

  static Precondition of(Exchange exchange) {
    @Nullable String match = exchange.header(HeaderNames.IF_MATCH);
    @Nullable String noneMatch = exchange.header(HeaderNames.IF_NONE_MATCH);
    if (match == null && noneMatch == null) {
      return Precondition.NONE;
    }
    if (match != null && noneMatch != null) {
      throw malformed("If-Match and If-None-Match cannot both hold");
    }
    if (match != null) {
      return new Precondition.Version(version(match, "header If-Match"));
    }
    if (noneMatch != null && noneMatch.strip().equals("*")) {
      return new Precondition.NoEvents();
    }
    throw malformed("header If-None-Match must be * on a command");
  }

  /**
   * A version as an entity tag: a number in double quotes.
   *
   * @param where names it in the message
   */
  static long version(String tag, String where) {
    String value = tag.strip();
    int last = value.length() - 1;
    boolean quoted = last >= 1 && value.charAt(0) == '"' && value.charAt(last) == '"';
    String digits = quoted ? value.substring(1, last) : value;
    if (digits.isEmpty() || digits.length() > DIGITS_MAX) {
      throw notAVersion(tag, where);
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        throw notAVersion(tag, where);
      }
    }
    return Long.parseLong(digits);
  }

  private static ProblemException notAVersion(String tag, String where) {
    return malformed(
        where + " must be one version in double quotes, like \"7\", not '" + Text.shown(tag) + "'");
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
