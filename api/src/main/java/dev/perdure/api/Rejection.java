package dev.perdure.api;

import java.util.regex.Pattern;

/**
 * A refusal by an entity's own rules.
 *
 * @param code stable, for programs: 1 to 63 characters of {@code a-z 0-9 -}, beginning with a
 *     letter
 * @param detail for people: what was refused, which value, which limit
 */
public record Rejection(String code, String detail) {

  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  public Rejection {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "rejection code '" + code + "' must match " + CODE.pattern());
    }
  }
}
