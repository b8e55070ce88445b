package dev.perdure.server.http;

import dev.perdure.kernel.ProblemCode;

/** The reference page of the problems, made from {@link ProblemCode}. */
public final class ProblemReference {

  private ProblemReference() {}

  /** Markdown. */
  public static String markdown() {
    StringBuilder out = new StringBuilder(8_192);
    out.append(
        """
        # Problems

        Made from the codes' declarations (`dev.perdure.kernel.ProblemCode`); a test keeps it
        current, and another one (`ProblemCatalogueTest`) provokes every code and reads it off the
        wire.

        Every error is a body of type `application/problem+json` (RFC 9457):

        ```json
        {
          "type": "https://perdure.dev/problems/version-mismatch",
          "title": "Version mismatch",
          "status": 412,
          "detail": "The version is 7. The entity has another version. Read it again and decide anew.",
          "code": "version-mismatch",
          "operation_id": "order-4711",
          "version": 7,
          "trace_id": "0af7651916cd43dd8448eb211c80319c"
        }
        ```

        - `code` is stable and for programs; `detail` says what happened and what to do. `type` is an
          identifier, not an address: it is the base `https://perdure.dev/problems/` and the code.
        - `operation_id` is there if the caller gave one, `version` where the entity's version
          matters (`ETag` holds it, too). `trace_id` finds the request in logs and traces.
        - 429 and 503 carry `Retry-After` in seconds.
        - **A rejection** is the entity's own refusal, not a problem of the platform: status 409, type
          `https://perdure.dev/problems/rejection`, and `code` is the rejection's own, such as
          `insufficient-funds`. With an operation id it is recorded, and answered again when the
          operation is repeated.
        - *Not executed* means that the command is known not to have been executed: it may be sent
          again, with the same operation id or without one. For the others repeat with the same
          operation id.
        - No body ever holds a stack trace, a class name or a path of the host.

        | code | status | not executed | what to do |
        |---|---|---|---|
        """);
    for (ProblemCode code : ProblemCode.values()) {
      out.append("| `")
          .append(code.code())
          .append("` | ")
          .append(code.status())
          .append(" | ")
          .append(code.notExecuted() ? "yes" : "not known")
          .append(" | ")
          .append(code.advice())
          .append(" |\n");
    }
    return out.toString();
  }
}
