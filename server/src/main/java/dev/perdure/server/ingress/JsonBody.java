package dev.perdure.server.ingress;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import dev.perdure.runtime.type.Json;
import dev.perdure.server.http.Exchange;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A request's body that must be JSON. */
final class JsonBody {

  private static final byte[] NOTHING = {};

  private JsonBody() {}

  /**
   * The body as it came; empty if there is none.
   *
   * @throws ProblemException if it does not say that it is JSON: what a browser sends without
   *     asking first is refused
   */
  static byte[] of(Exchange exchange) throws IOException {
    if (!exchange.hasBody()) {
      return NOTHING;
    }
    @Nullable String contentType = exchange.header(HeaderNames.CONTENT_TYPE);
    if (contentType == null) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "the body came without a Content-Type");
    }
    if (!MediaType.isJson(contentType)) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "the body's Content-Type is '" + Text.shown(contentType) + "'");
    }
    return exchange.body();
  }

  /**
   * A well-formed value.
   *
   * @throws ProblemException {@code malformed-request}
   */
  static JsonNode value(byte[] body) {
    try {
      JsonNode value = Json.read(body);
      if (value == null || value.isMissingNode()) {
        throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "the body is empty");
      }
      return value;
    } catch (JacksonException e) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, JsonFault.of(e));
    }
  }

  /**
   * An object of no other fields than these.
   *
   * @throws ProblemException {@code malformed-request} or {@code invalid-body}
   */
  static JsonNode object(byte[] body, Set<String> fields) {
    JsonNode value = value(body);
    if (!value.isObject()) {
      throw new ProblemException(ProblemCode.INVALID_BODY, "the body must be a JSON object");
    }
    for (String name : value.propertyNames()) {
      if (!fields.contains(name)) {
        throw new ProblemException(
            ProblemCode.INVALID_BODY,
            "there is no field '%s'; there is %s"
                .formatted(Text.shown(name), String.join(", ", fields.stream().sorted().toList())));
      }
    }
    return value;
  }
}
