package dev.perdure.server.http;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An error as it goes to a caller (RFC 9457).
 *
 * @param status HTTP status
 * @param type says which kind it is: a code of the platform, or a rejection
 * @param title the kind in words
 * @param code stable, for programs
 * @param detail what happened, and what to do
 * @param operationId the caller's idempotency key, null if there is none
 * @param version the entity's version, -1 if it does not matter
 * @param retryAfterMs when to come again; 0 if that is useless
 */
public record Problem(
    int status,
    String type,
    String title,
    String code,
    String detail,
    @Nullable String operationId,
    long version,
    long retryAfterMs) {

  /** Where every kind is described. */
  public static final String TYPE_BASE = "https://perdure.dev/problems/";

  /** The type of every refusal by an entity's own rules. */
  public static final String REJECTION_TYPE = TYPE_BASE + "rejection";

  private static final String REJECTION_TITLE = "Rejected by the entity's rules";
  private static final long RETRY_DEFAULT_MS = 1_000;
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /**
   * A problem of the platform.
   *
   * @param happened what happened, which value, which limit; the code's advice follows it
   */
  public static Problem of(ProblemCode code, String happened) {
    return new Problem(
        code.status(),
        TYPE_BASE + code.code(),
        title(code.code()),
        code.code(),
        sentence(happened) + code.advice(),
        null,
        -1,
        retryable(code.status()) ? RETRY_DEFAULT_MS : 0);
  }

  public static Problem of(ProblemException exception) {
    return of(exception.code(), exception.detail());
  }

  /** A refusal by an entity's own rules. */
  public static Problem rejection(String code, String detail, long version) {
    return new Problem(409, REJECTION_TYPE, REJECTION_TITLE, code, detail, null, version, 0);
  }

  public Problem withOperationId(@Nullable String id) {
    return new Problem(status, type, title, code, detail, id, version, retryAfterMs);
  }

  public Problem withVersion(long entityVersion) {
    return new Problem(status, type, title, code, detail, operationId, entityVersion, retryAfterMs);
  }

  /** With a time to wait, unless that is not known (0). */
  public Problem withRetryAfterMs(long ms) {
    return ms <= 0
        ? this
        : new Problem(status, type, title, code, detail, operationId, version, ms);
  }

  /** The seconds of {@code Retry-After}, rounded up; 0 for none. */
  long retryAfterSeconds() {
    return (retryAfterMs + 999) / 1_000;
  }

  private static boolean retryable(int status) {
    return status == 429 || status == 503;
  }

  private static String sentence(String happened) {
    if (happened.isEmpty()) {
      return "";
    }
    String first = happened.substring(0, 1).toUpperCase(Locale.ROOT) + happened.substring(1);
    return first.endsWith(".") ? first + " " : first + ". ";
  }

  private static String title(String code) {
    String words = code.replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** The body. */
  public byte[] json(String traceId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(384);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      write(json, traceId);
    }
    return out.toByteArray();
  }

  /** Writes the members as one object. */
  public void write(JsonGenerator json, String traceId) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
    json.writeStringProperty("title", title);
    json.writeNumberProperty("status", status);
    json.writeStringProperty("detail", detail);
    json.writeStringProperty("code", code);
    if (operationId != null) {
      json.writeStringProperty("operation_id", operationId);
    }
    if (version >= 0) {
      json.writeNumberProperty("version", version);
    }
    json.writeStringProperty("trace_id", traceId);
    json.writeEndObject();
  }
}
