package dev.perdure.server.http;

import dev.perdure.kernel.ProblemCode;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request before it is one: turns the library's verdicts into problems. */
final class TransportProblems implements DirectHandler {

  private final HttpDoor door;

  TransportProblems(HttpDoor door) {
    this.door = door;
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType eventType,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    Problem problem = of(status.code(), message, door.settings());
    headers.set(HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/problem+json"));
    byte[] body =
        request.method().equals("HEAD")
            ? BufferData.EMPTY_BYTES
            : problem.json(door.newTrace().id());
    return TransportResponse.builder()
        .status(Status.create(problem.status()))
        .headers(headers)
        .keepAlive(false)
        .entity(body)
        .build();
  }

  /**
   * The problem for a status of the library.
   *
   * @param message the library's own words; used to tell cases apart, never shown
   */
  static Problem of(int status, @Nullable String message, HttpSettings settings) {
    String words = message == null ? "" : message;
    return switch (status) {
      case 413 ->
          Problem.of(
              ProblemCode.BODY_TOO_LARGE,
              "the body is longer than the %d bytes that are allowed"
                  .formatted(settings.streamBytesMax()));
      case 414 ->
          Problem.of(
              ProblemCode.URI_TOO_LONG,
              "the request line is longer than the %d bytes that are allowed"
                  .formatted(settings.lineBytesMax()));
      case 415 ->
          Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "the content encoding is not supported");
      case 503 -> Problem.of(ProblemCode.OVERLOADED, "too many requests are being served");
      case 505 -> Problem.of(ProblemCode.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.0 is not supported");
      case 500 -> Problem.of(ProblemCode.INTERNAL, "the request failed");
      default ->
          words.contains("Header size exceeded")
              ? Problem.of(
                  ProblemCode.HEADERS_TOO_LARGE,
                  "the headers are longer than the %d bytes that are allowed"
                      .formatted(settings.headerBytesMax()))
              : Problem.of(ProblemCode.MALFORMED_REQUEST, malformed(words));
    };
  }

  private static String malformed(String words) {
    if (words.contains("Host header")) {
      return "there must be exactly one valid Host header";
    }
    if (words.contains("Transfer-Encoding") || words.contains("Content length")) {
      return "Content-Length and Transfer-Encoding do not tell how long the body is";
    }
    if (words.contains("hunk")) {
      return "the chunks of the body are not well formed";
    }
    if (words.contains("ontent-Encoding")) {
      return "an encoded body is not supported";
    }
    return "this is not well-formed HTTP";
  }
}
