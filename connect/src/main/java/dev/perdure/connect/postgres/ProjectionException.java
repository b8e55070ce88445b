package dev.perdure.connect.postgres;

import dev.perdure.api.HandlerFailed;

/**
 * A projection cannot go on, or cannot do what was asked. The message begins with a stable code and
 * says what to do.
 */
public final class ProjectionException extends HandlerFailed {

  private static final long serialVersionUID = 1;

  private final String code;

  ProjectionException(String code, String detail) {
    super(code + ": " + detail);
    this.code = code;
  }

  ProjectionException(String code, String detail, Throwable cause) {
    super(code + ": " + detail, cause);
    this.code = code;
  }

  /**
   * What it is: {@code projection-gap}, {@code projection-rewritten}, {@code projection-overtaken},
   * {@code projection-refused}, {@code generation-unknown}, {@code generation-behind} or {@code
   * generation-live}.
   */
  public String code() {
    return code;
  }
}
