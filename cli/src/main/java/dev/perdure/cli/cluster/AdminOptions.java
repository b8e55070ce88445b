package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How a command reaches a node's admin port. */
final class AdminOptions {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final String PATH = "/admin/v1/cluster";

  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:7401",
      description = "The admin port of any node (default: ${DEFAULT-VALUE}).")
  private URI admin = URI.create("http://127.0.0.1:7401");

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  boolean json() {
    return output == Output.JSON;
  }

  /** The cluster as the node sees it. */
  JsonNode status() {
    return send("GET", "", null);
  }

  /** Asks for a change. */
  JsonNode change(String path) {
    return send("POST", path, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode send(String method, String path, byte @Nullable [] sent) {
    if (admin.getHost() == null || admin.getScheme() == null) {
      throw new CommandException(
          Exit.USAGE,
          "--admin is '" + admin + "'; an address such as http://127.0.0.1:7401 is needed");
    }
    try (NodeClient client = new NodeClient(admin, REQUEST_TIMEOUT)) {
      Answer answer = client.exchange(method, PATH + path, Map.of(), sent);
      JsonNode body = answer.body();
      if (!answer.ok() || body == null) {
        throw new CommandException(Exit.FAILED, answer.status() + " " + answer.detail());
      }
      return body;
    } catch (IOException e) {
      throw new CommandException(
          Exit.UNAVAILABLE, "no node answers at " + admin + "; name another one with --admin.");
    }
  }

  /** The id of a node that is given by id, by the beginning of it, by name or by address. */
  String idOf(String node) {
    String found = "";
    for (JsonNode one : status().path("nodes")) {
      String id = one.path("id").asString();
      boolean meant =
          id.startsWith(node)
              || one.path("name").asString().equals(node)
              || one.path("address").asString().equals(node);
      if (meant && !found.isEmpty()) {
        throw new CommandException(Exit.USAGE, "'" + node + "' is more than one node.");
      }
      found = meant ? id : found;
    }
    if (found.isEmpty()) {
      throw new CommandException(
          Exit.USAGE,
          "the cluster has no node '" + node + "'; `perdure cluster status` lists them.");
    }
    return found;
  }
}
