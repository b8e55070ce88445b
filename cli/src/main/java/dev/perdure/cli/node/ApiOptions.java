package dev.perdure.cli.node;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.Delivery;
import dev.perdure.example.ledger.http.GaveUpException;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import dev.perdure.example.ledger.http.Stop;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches a node's API and prints what it answers. */
public final class ApiOptions {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:7400",
      description = "The node's API (default: ${DEFAULT-VALUE}).")
  private URI url = URI.create("http://127.0.0.1:7400");

  @Option(
      names = "--retry-for",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "How long to repeat while the node does not answer or refuses for now (default:"
              + " ${DEFAULT-VALUE}).")
  private int retryForSeconds = 10;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the answer (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  public boolean json() {
    return output == Output.JSON;
  }

  /** Repeats a request until its answer is final. */
  public Answer send(Delivery.Request request) {
    if (url.getHost() == null || url.getScheme() == null || !url.getScheme().startsWith("http")) {
      throw new CommandException(
          Exit.USAGE, "--url is '" + url + "'; an address such as http://127.0.0.1:7400 is needed");
    }
    Patience patience = Patience.of(Duration.ofSeconds(Math.max(0, retryForSeconds)));
    try (NodeClient client = new NodeClient(url, REQUEST_TIMEOUT)) {
      return new Delivery(client, patience, new Stop()).one(request).answer();
    } catch (GaveUpException e) {
      throw new CommandException(Exit.UNAVAILABLE, e.getMessage() + ".");
    }
  }

  /**
   * Prints an answer and gives the exit code.
   *
   * @param operationId of the command; null for a read
   */
  public int print(Answer answer, @Nullable String operationId) {
    if (output == Output.JSON) {
      System.out.println(Output.json(document(answer, operationId)));
      return answer.ok() ? Exit.DONE : Exit.FAILED;
    }
    if (!answer.ok()) {
      String rejected = answer.rejected() ? "rejected: " : "";
      System.err.println(
          "perdure: %s%d %s: %s"
              .formatted(rejected, answer.status(), answer.code(), answer.detail()));
      return Exit.FAILED;
    }
    System.out.println(answer.body() == null ? "{}" : answer.body());
    if (operationId != null) {
      System.err.println(
          "version %d, operation %s%s"
              .formatted(
                  answer.version(), operationId, answer.replayed() ? ", recorded earlier" : ""));
    }
    return Exit.DONE;
  }

  private static Map<String, Object> document(Answer answer, @Nullable String operationId) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("status", answer.status());
    if (answer.version() >= 0) {
      document.put("version", answer.version());
    }
    if (operationId != null) {
      document.put("operation_id", operationId);
      document.put("replayed", answer.replayed());
    }
    if (answer.body() != null) {
      document.put(answer.ok() ? "body" : "problem", answer.body());
    }
    return document;
  }
}
