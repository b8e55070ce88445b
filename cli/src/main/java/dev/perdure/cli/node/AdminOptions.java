package dev.perdure.cli.node;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How a command reaches a node's admin port. */
public class AdminOptions {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = "--admin",
      paramLabel = "URL",
      split = ",",
      defaultValue = "http://127.0.0.1:7401",
      description =
          "The admin port of any node, or of several: the first that answers is asked (default:"
              + " ${DEFAULT-VALUE}).")
  private List<URI> admins = List.of(URI.create("http://127.0.0.1:7401"));

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  public boolean json() {
    return output == Output.JSON;
  }

  /** The admin ports that were given. */
  public List<URI> admins() {
    for (URI admin : admins) {
      if (admin.getHost() == null || admin.getScheme() == null) {
        throw new CommandException(
            Exit.USAGE,
            "--admin is '" + admin + "'; an address such as http://127.0.0.1:7401 is needed");
      }
    }
    return admins;
  }

  /**
   * What the first node answers that can be reached.
   *
   * @param body JSON; null for none
   */
  public JsonNode send(String method, String path, byte @Nullable [] body) {
    List<URI> all = admins();
    for (URI admin : all) {
      JsonNode answer = sendTo(admin, method, path, body);
      if (answer != null) {
        return answer;
      }
    }
    throw nobody(all);
  }

  /** Nobody answered. */
  public static CommandException nobody(List<URI> asked) {
    String where = String.join(", ", asked.stream().map(URI::toString).toList());
    return new CommandException(
        Exit.UNAVAILABLE, "no node answers at " + where + "; name another one with --admin.");
  }

  /**
   * What one node answers.
   *
   * @param body JSON; null for none
   * @return null if it cannot be reached
   */
  public @Nullable JsonNode sendTo(URI admin, String method, String path, byte @Nullable [] body) {
    try (NodeClient client = new NodeClient(admin, REQUEST_TIMEOUT)) {
      Answer answer = client.exchange(method, path, Map.of(), body);
      JsonNode read = answer.body();
      if (!answer.ok() || read == null) {
        throw new CommandException(Exit.FAILED, refusal(answer));
      }
      return read;
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return null;
    } catch (IOException e) {
      if (method.equals("GET")) {
        return null;
      }
      throw new CommandException(
          Exit.UNAVAILABLE,
          admin + " took the request and did not answer: look whether it was done.");
    }
  }

  private static String refusal(Answer answer) {
    String code = answer.code().isEmpty() ? "" : " " + answer.code() + ":";
    return answer.status() + code + " " + answer.detail();
  }
}
