package dev.perdure.runtime.drive;

/** The author's code wants the saga compensated. */
final class Aborted extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String code;
  private final String reason;

  Aborted(String code, String reason) {
    super(code + ": " + reason, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  String code() {
    return code;
  }

  String reason() {
    return reason;
  }
}
