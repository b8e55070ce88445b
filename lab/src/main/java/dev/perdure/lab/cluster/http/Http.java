package dev.perdure.lab.cluster.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
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

/** A client with connections of its own. */
public final class Http implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT_MAX = Duration.ofMillis(500);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  /** Reads. */
  public Answer get(URI uri, Duration timeout) throws IOException {
    return send(HttpRequest.newBuilder(uri).timeout(timeout).GET().build());
  }

  /** Sends JSON. */
  public Answer post(URI uri, Map<String, String> headers, String body, Duration timeout)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request.build());
  }

  private Answer send(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      HttpHeaders headers = response.headers();
      return new Answer(
          response.statusCode(),
          number(headers.firstValue("ETag").orElse("").replace("\"", ""), -1),
          headers.firstValue("Idempotency-Replayed").orElse("").equals("true"),
          1000 * number(headers.firstValue("Retry-After").orElse(""), 0),
          tree(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static long number(String text, long otherwise) {
    return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : otherwise;
  }

  private static JsonNode tree(byte[] body) {
    try {
      return body.length == 0 ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance(); // plain text, such as that of /readyz: the status says it
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
