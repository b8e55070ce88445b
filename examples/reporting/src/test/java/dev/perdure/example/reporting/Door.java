package dev.perdure.example.reporting;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** What callers see of a node: single requests over HTTP, none of which is repeated here. */
final class Door implements AutoCloseable {

  private static final Duration REQUEST_MAX = Duration.ofSeconds(15);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /**
   * An answer.
   *
   * @param mode {@code normal} unless a header says otherwise
   * @param retryAfter seconds; -1 if it does not say
   * @param version of the entity; -1 if it does not say
   */
  record Reply(int status, String mode, long retryAfter, long version, JsonNode body, String text) {

    String code() {
      return body.path("code").asString("");
    }

    /** For people. */
    @Override
    public String toString() {
      return status + " " + code() + (retryAfter < 0 ? "" : ", Retry-After " + retryAfter);
    }
  }

  Reply get(String url) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(url)).GET());
  }

  Reply write(String method, String url, Map<String, String> headers, String body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request);
  }

  private Reply send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          http.send(request.timeout(REQUEST_MAX).build(), BodyHandlers.ofString());
      return new Reply(
          response.statusCode(),
          response.headers().firstValue("Perdure-Mode").orElse("normal"),
          number(response.headers().firstValue("Retry-After").orElse("")),
          number(response.headers().firstValue("ETag").orElse("").replace("\"", "")),
          tree(response.body()),
          response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : -1;
  }

  private static JsonNode tree(String body) {
    try {
      return body.isEmpty() ? MissingNode.getInstance() : JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance(); // lines of text, as the gateway gives them
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
