package dev.perdure.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Sends one request to one node, once. Thread-safe. */
final class Transport implements AutoCloseable {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  private final HttpClient http;
  private final Map<String, String> headers;

  /**
   * A transport.
   *
   * @param headers sent with every request
   */
  Transport(Map<String, String> headers) {
    this.headers = headers;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();
  }

  /**
   * A request to any node.
   *
   * @param path percent-encoded, with its query
   * @param headers in pairs
   * @param body empty for none
   */
  record Request(String method, String path, List<String> headers, byte[] body) {}

  /** A response; the body as a whole. */
  record Response(int status, java.net.http.HttpHeaders headers, byte[] body) {

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The version in {@code ETag}; 0 if there is none. */
    long version() {
      String tag = header("ETag").replace("\"", "");
      return tag.matches("[0-9]{1,18}") ? Long.parseLong(tag) : 0;
    }
  }

  /** The request certainly did not reach a node. */
  static final class NotSentException extends IOException {
    private static final long serialVersionUID = 1;

    NotSentException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Sends a request.
   *
   * @param leftNs until the caller's deadline, which the node is told
   * @param waitNs how long to wait for this node
   * @throws NotSentException if it certainly did not arrive
   * @throws IOException if it may have arrived
   */
  Response send(URI node, Request request, long leftNs, long waitNs)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(node + request.path))
            .timeout(Duration.ofNanos(Math.max(1_000_000, waitNs)))
            .header("Perdure-Timeout", timeout(leftNs))
            .method(request.method, body(request.body));
    headers.forEach(builder::setHeader);
    for (int i = 0; i < request.headers.size(); i += 2) {
      builder.setHeader(request.headers.get(i), request.headers.get(i + 1));
    }
    try {
      HttpResponse<byte[]> response = http.send(builder.build(), BodyHandlers.ofByteArray());
      return new Response(response.statusCode(), response.headers(), response.body());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new NotSentException("nobody answers at " + node, e);
    } catch (IOException e) {
      throw new IOException("no response of " + node + ": " + e.getMessage(), e);
    }
  }

  private static HttpRequest.BodyPublisher body(byte[] bytes) {
    return bytes.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes);
  }

  /** As nodes read it; a tenth is kept for the answer's way back. */
  static String timeout(long leftNs) {
    return Math.max(1, leftNs / 1_000_000 * 9 / 10) + "ms";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
