package dev.perdure.guard.http;

import dev.perdure.guard.Attempt;
import dev.perdure.guard.Call;
import dev.perdure.guard.Dependency;
import dev.perdure.guard.FailedResultException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An HTTP client whose requests go through a {@link Dependency}. Each attempt carries the time that
 * is left, the priority and the key as headers, and the time as the request's timeout unless its
 * own is shorter.
 *
 * <p>A response of 500 and more is a failure for the breaker and the retry; when no attempt is left
 * it is given like any other response. 4xx are not failures. The body of a response that nobody
 * gets is closed if it can be, like an {@code InputStream}: when the request is sent again, or the
 * response came too late.
 */
public final class GuardedHttpClient {
  private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

  private final HttpClient client;
  private final Dependency dependency;

  /** Sends by this client; it stays the caller's to close. */
  public GuardedHttpClient(HttpClient client, Dependency dependency) {
    this.client = client;
    this.dependency = dependency;
  }

  /**
   * May be sent again for GET, HEAD, OPTIONS, PUT and DELETE, or with an {@code Idempotency-Key}.
   */
  public static Call callOf(HttpRequest request) {
    return request
        .headers()
        .firstValue("Idempotency-Key")
        .map(Call::idempotent)
        .orElse(REPEATABLE.contains(request.method()) ? Call.idempotent() : Call.once());
  }

  /** Sends a request, repeatable as its method says. */
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    return send(callOf(request), request, body);
  }

  /** Sends a request of which the caller says what it is. */
  @SuppressWarnings("unchecked") // The failed result is a response of this very call.
  public <T> HttpResponse<T> send(Call call, HttpRequest request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    try {
      return dependency.call(closing(call), attempt -> once(attempt, request, body));
    } catch (FailedResultException e) {
      if (e.value() instanceof HttpResponse<?> response) {
        return (HttpResponse<T>) response;
      }
      throw e;
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private <T> HttpResponse<T> once(Attempt attempt, HttpRequest request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    return client.send(with(attempt, request), body);
  }

  /** Sends a request without a thread that waits. */
  @SuppressWarnings("unchecked") // As above.
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      Call call, HttpRequest request, BodyHandler<T> body) {
    CompletableFuture<HttpResponse<T>> sent =
        dependency.callAsync(
            closing(call), attempt -> client.sendAsync(with(attempt, request), body));
    CompletableFuture<HttpResponse<T>> given =
        sent.exceptionally(
            thrown -> {
              Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
              if (cause instanceof FailedResultException failed
                  && failed.value() instanceof HttpResponse<?> response) {
                return (HttpResponse<T>) response;
              }
              throw cause instanceof RuntimeException e ? e : new CompletionException(cause);
            });
    CompletableFuture<HttpResponse<T>> unused =
        given.whenComplete((response, thrown) -> sent.cancel(true));
    return given;
  }

  private static Call closing(Call call) {
    return call.discarding(GuardedHttpClient::closeBody);
  }

  private static void closeBody(Object response) {
    if (response instanceof HttpResponse<?> one && one.body() instanceof AutoCloseable body) {
      try {
        body.close();
      } catch (Exception e) {
        // Nobody reads it anyway.
      }
    }
  }

  private static HttpRequest with(Attempt attempt, HttpRequest request) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(request, (name, value) -> true);
    attempt.headers().forEach(builder::setHeader);
    Duration left = attempt.remaining();
    Duration own = request.timeout().orElse(left);
    if (own.compareTo(left) < 0) {
      builder.setHeader("Perdure-Timeout", own.toMillis() + "ms");
      return builder.build();
    }
    return builder.timeout(left).build();
  }
}
