package dev.perdure.cli.stream;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.NodeClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code stream tail}. */
@Command(
    name = "tail",
    description = {
      "Print the events of an entity type as they happen, until interrupted.",
      "",
      "With --from-start it begins with the first event, with --after behind a position that an event"
          + " had. With --no-follow it ends when there is nothing more."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure stream tail account",
      "  perdure stream tail account --from-start --no-follow --output json"
    })
final class TailCommand implements Callable<Integer> {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int PAGE = 500;
  private static final String DATA = "data: ";

  @Parameters(index = "0", paramLabel = "TYPE", description = "Entity type.")
  private String type = "";

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:7400",
      description = "The node's API (default: ${DEFAULT-VALUE}).")
  private URI url = URI.create("http://127.0.0.1:7400");

  @Option(names = "--from-start", description = "Begin with the first event there is.")
  private boolean fromStart;

  @Option(names = "--after", paramLabel = "POSITION", description = "Begin behind a position.")
  private @Nullable String after;

  @Option(
      names = "--follow",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Wait for more events (default: ${DEFAULT-VALUE}).")
  private boolean follow = true;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose events (default: the node's default tenant).")
  private @Nullable String tenant;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print an event (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() {
    String at = after != null ? after : fromStart ? "" : "latest";
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build()) {
      boolean more = true;
      while (more) {
        HttpResponse<InputStream> answer = http.send(request(at), BodyHandlers.ofInputStream());
        String last = answer.statusCode() == 200 ? print(answer) : refused(answer);
        String position =
            follow ? null : answer.headers().firstValue("Perdure-Position").orElse(null);
        String next = position == null ? last : position;
        more = follow || (next != null && !next.equals(at));
        at = next == null ? at : next;
      }
      return Exit.DONE;
    } catch (IOException e) {
      throw new CommandException(
          Exit.UNAVAILABLE, "no node answers at " + url + ", or it has stopped: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.DONE;
    }
  }

  private HttpRequest request(String at) {
    String path = "/v1/streams/" + NodeClient.encode(type) + "?limit=" + PAGE;
    String query = at.isEmpty() ? "" : "&after=" + NodeClient.encode(at);
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path + query));
    request.header("Accept", follow ? "text/event-stream" : "application/x-ndjson");
    if (tenant != null) {
      request.header("Perdure-Tenant", tenant);
    }
    return request.build();
  }

  /** Prints the events of an answer; gives the position of the last one. */
  private @Nullable String print(HttpResponse<InputStream> answer) throws IOException {
    String last = null;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String json = line.startsWith(DATA) ? line.substring(DATA.length()) : line;
        if (json.startsWith("{")) {
          JsonNode event = JSON.readTree(json);
          System.out.println(output == Output.JSON ? json : text(event));
          System.out.flush();
          last = event.path("position").asString("");
        }
      }
    }
    return last;
  }

  private static String text(JsonNode event) {
    return "%s  %s/%s  %s  %s"
        .formatted(
            event.path("time").asString(""),
            event.path("subject").asString(""),
            event.path("version").asString(""),
            event.path("type").asString(""),
            event.path("data"))
        .replaceAll("\\p{Cntrl}", "?");
  }

  private static String refused(HttpResponse<InputStream> answer) throws IOException {
    String body = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    String why = "";
    try {
      JsonNode problem = JSON.readTree(body);
      why = " " + problem.path("code").asString("") + ": " + problem.path("detail").asString("");
    } catch (JacksonException e) {
      why = "";
    }
    throw new CommandException(Exit.FAILED, answer.statusCode() + why);
  }
}
