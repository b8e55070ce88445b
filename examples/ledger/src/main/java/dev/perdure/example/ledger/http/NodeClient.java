package dev.perdure.example.ledger.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request, one answer; no repetition. An {@link IOException} means that the outcome is not
 * known.
 */
public final class NodeClient implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .changeDefaultPropertyInclusion(
              value ->
                  value.withValueInclusion(
                      com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int UNAVAILABLE = 503;

  private final HttpClient http;
  private final List<URI> bases;
  private final AtomicInteger at = new AtomicInteger();
  private final Duration timeout;

  /**
   * A client of one node.
   *
   * @param base the API's address, such as {@code http://127.0.0.1:7400}
   * @param timeout how long one request may take
   */
  public NodeClient(URI base, Duration timeout) {
    this(List.of(base), timeout);
  }

  /**
   * A client of a cluster, any node of which takes any request: it stays with one until that does
   * not answer or refuses for now, and then goes to the next.
   *
   * @param bases the nodes' addresses, at least one
   */
  public NodeClient(List<URI> bases, Duration timeout) {
    this.bases = List.copyOf(bases);
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** The API's address, of the node that is asked now. */
  public URI base() {
    return bases.get(Math.floorMod(at.get(), bases.size()));
  }

  /**
   * Any request of the API.
   *
   * @param path from {@code /v1}, each segment encoded with {@link #encode}
   * @param headers by name
   * @param body JSON; null for none
   */
  public Answer exchange(
      String method, String path, Map<String, String> headers, byte @Nullable [] body)
      throws IOException {
    HttpRequest.Builder request = request(path);
    headers.forEach(request::header);
    return answer(
        send(
            body == null
                ? request.method(method, BodyPublishers.noBody())
                : request
                    .header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(body))));
  }

  /** Runs one command under an operation id. */
  public Answer command(BatchLine line) throws IOException {
    HttpRequest.Builder request =
        request(path(line.type(), line.id()) + "/" + encode(line.command()))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", line.key())
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(line.body())));
    return answer(send(request));
  }

  /** An entity's state; 404 if it has no events. */
  public Answer state(String type, String id) throws IOException {
    return answer(send(request(path(type, id)).GET()));
  }

  /**
   * A page of an entity's events, as long as the node likes.
   *
   * @param after version of the last event not wanted
   */
  public Answer events(String type, String id, long after) throws IOException {
    return answer(send(request(path(type, id) + "/events?after=" + after).GET()));
  }

  /** What happened to an operation. */
  public Answer operation(String type, String id, String key) throws IOException {
    return answer(
        send(
            request("/v1/operations/" + encode(type) + "/" + encode(id) + "/" + encode(key))
                .GET()));
  }

  /**
   * Many commands in one request.
   *
   * @return one answer per line, in order; if the request as a whole was refused, that answer for
   *     each
   */
  public List<Answer> batch(List<BatchLine> lines) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(lines.size() * 128);
    for (BatchLine line : lines) {
      body.writeBytes(JSON.writeValueAsBytes(line));
      body.write('\n');
    }
    HttpResponse<byte[]> response =
        send(
            request("/v1/entities:batch")
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    List<Answer> answers = new ArrayList<>(lines.size());
    if (response.statusCode() != 200) {
      Answer refusal = answer(response);
      lines.forEach(line -> answers.add(refusal));
      return answers;
    }
    String text = new String(response.body(), StandardCharsets.UTF_8);
    text.lines().filter(line -> !line.isBlank()).forEach(line -> answers.add(batchAnswer(line)));
    if (answers.size() != lines.size()) {
      throw new IOException(
          "the node answered " + answers.size() + " of the batch's " + lines.size() + " lines");
    }
    return answers;
  }

  private static Answer batchAnswer(String line) {
    JsonNode node = JSON.readTree(line);
    JsonNode body = node.has("body") ? node.get("body") : node.get("problem");
    return new Answer(
        node.path("status").asInt(0),
        node.path("version").asLong(-1),
        body,
        node.path("replayed").asBoolean(false));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base().resolve(path)).timeout(timeout);
  }

  private static String path(String type, String id) {
    return "/v1/entities/" + encode(type) + "/" + encode(id);
  }

  /** A path segment as it goes into a path. */
  public static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
    int used = at.get();
    try {
      HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
      if (response.statusCode() == UNAVAILABLE) {
        at.compareAndSet(used, used + 1);
      }
      return response;
    } catch (IOException e) {
      at.compareAndSet(used, used + 1);
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the node", e);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    return new Answer(
        response.statusCode(),
        version(response),
        tree(response.body()),
        response.headers().firstValue("Idempotency-Replayed").orElse("").equals("true"));
  }

  private static long version(HttpResponse<byte[]> response) {
    String tag = response.headers().firstValue("ETag").orElse("").replace("\"", "");
    return tag.matches("[0-9]{1,18}") ? Long.parseLong(tag) : -1;
  }

  private static @Nullable JsonNode tree(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      return null; // a refusal that is not of the API, by a proxy for example: the status says it
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
