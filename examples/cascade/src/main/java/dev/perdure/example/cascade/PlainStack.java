package dev.perdure.example.cascade;

import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** No guard: what is written by hand in its place, a time-out and a loop of three attempts. */
final class PlainStack implements Stack {
  private static final int ATTEMPTS = 3;
  private static final Duration TIME_OUT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Clock clock = Clock.system();

  @Override
  public Line line(String to, HttpClient http, URI at) {
    HttpRequest request = HttpRequest.newBuilder(at).timeout(TIME_OUT).build();
    return () -> {
      for (int attempt = 1; ; attempt++) {
        try {
          int status = http.send(request, BodyHandlers.discarding()).statusCode();
          if (!Stack.ill(status) || attempt == ATTEMPTS) {
            return status;
          }
        } catch (IOException e) {
          if (attempt == ATTEMPTS) {
            throw e;
          }
        }
        clock.parkNanos(PAUSE.toNanos());
      }
    };
  }
}
