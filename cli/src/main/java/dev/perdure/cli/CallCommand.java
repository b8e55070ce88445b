package dev.perdure.cli;

import dev.perdure.cli.node.ApiOptions;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Entropy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code call}: run one command of an entity. */
@Command(
    name = "call",
    description = {
      "Run a command of an entity and print its reply.",
      "",
      "Repeats under the same operation id while the node does not answer, so that the command"
          + " takes effect once."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure call account alice deposit '{\"amount\": 500}'",
      "  perdure call account alice withdraw '{\"amount\": 100}' --key order-17",
      "  echo '{\"amount\": 5}' | perdure call account alice deposit -"
    })
final class CallCommand implements Callable<Integer> {

  @Mixin private ApiOptions api = new ApiOptions();

  @Parameters(index = "0", paramLabel = "TYPE", description = "Entity type.")
  private String type = "";

  @Parameters(index = "1", paramLabel = "ID", description = "Entity id.")
  private String id = "";

  @Parameters(index = "2", paramLabel = "COMMAND", description = "Command name.")
  private String command = "";

  @Parameters(
      index = "3",
      paramLabel = "JSON",
      arity = "0..1",
      defaultValue = "{}",
      description = "The command's fields (default: ${DEFAULT-VALUE}; - reads standard input).")
  private String body = "{}";

  @Option(
      names = "--key",
      paramLabel = "ID",
      description = "Operation id, to make repeating safe (default: a new one).")
  private @Nullable String key;

  @Option(
      names = "--if-match",
      paramLabel = "VERSION",
      description = "Only if the entity has this version; none: only if it has no events.")
  private @Nullable String ifMatch;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "The deadline given to the node, for example 1500ms.")
  private @Nullable String timeout;

  @Override
  public Integer call() {
    String operationId = key == null ? Entropy.system().uuid().toString() : key;
    Map<String, String> headers = headers(operationId);
    String path =
        "/v1/entities/%s/%s/%s"
            .formatted(NodeClient.encode(type), NodeClient.encode(id), NodeClient.encode(command));
    byte[] bytes = bytes();
    return api.print(
        api.send(client -> client.exchange("POST", path, headers, bytes)), operationId);
  }

  private Map<String, String> headers(String operationId) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", operationId);
    if ("none".equals(ifMatch)) {
      headers.put("If-None-Match", "*");
    } else if (ifMatch != null) {
      headers.put("If-Match", "\"" + ifMatch + "\"");
    }
    if (timeout != null) {
      headers.put("Perdure-Timeout", timeout);
    }
    return headers;
  }

  private byte[] bytes() {
    try {
      return body.equals("-") ? System.in.readAllBytes() : body.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
