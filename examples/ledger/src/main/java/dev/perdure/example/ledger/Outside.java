package dev.perdure.example.ledger;

import dev.perdure.api.StepCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Somebody outside who takes JSON over HTTP. Everything but a 200 is a failed attempt. */
final class Outside {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final HttpClient http;
  private final URI url;

  Outside(URI url) {
    this.url = url;
    this.http = client(url);
  }

  private static HttpClient client(URI url) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    // A client reads all the certificates of the JDK when it is made, and so at every start of the
    // node; one that speaks plain HTTP trusts nobody instead.
    return ("http".equals(url.getScheme()) ? builder.sslContext(trustsNobody()) : builder).build();
  }

  private static SSLContext trustsNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }

  <T> T post(Object body, StepCall call, Class<T> answer) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(call.remaining())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", call.operationId())
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build();
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(url + " answered " + response.statusCode());
    }
    try {
      return JSON.readValue(response.body(), answer);
    } catch (JacksonException e) {
      throw new IOException(url + " answered what is not understood", e);
    }
  }
}
