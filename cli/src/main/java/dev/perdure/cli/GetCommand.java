package dev.perdure.cli;

import dev.perdure.cli.node.ApiOptions;
import dev.perdure.example.ledger.http.NodeClient;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get}: an entity's state, its events, or what happened to an operation. */
@Command(
    name = "get",
    description = "Print an entity's state, its events, or what happened to an operation.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure get account alice",
      "  perdure get account alice --events",
      "  perdure get account alice --operation order-17"
    })
final class GetCommand implements Callable<Integer> {

  @Mixin private ApiOptions api = new ApiOptions();

  @Parameters(index = "0", paramLabel = "TYPE", description = "Entity type.")
  private String type = "";

  @Parameters(index = "1", paramLabel = "ID", description = "Entity id.")
  private String id = "";

  @ArgGroup private @Nullable What what;

  /** What to print instead of the state. */
  static final class What {

    @Option(names = "--events", description = "The events, oldest first.")
    private boolean events;

    @Option(names = "--stale", description = "The state as this node has it, without a quorum.")
    private boolean stale;

    @Option(
        names = "--operation",
        paramLabel = "ID",
        description = "What happened to this operation.")
    private @Nullable String operation;
  }

  @Option(
      names = "--after",
      paramLabel = "VERSION",
      defaultValue = "0",
      description = "With --events: only those after this version.")
  private long after;

  @Override
  public Integer call() {
    String path = path();
    return api.print(api.send(client -> client.exchange("GET", path, Map.of(), null)), null);
  }

  private String path() {
    String address = NodeClient.encode(type) + "/" + NodeClient.encode(id);
    if (what != null && what.operation != null) {
      return "/v1/operations/" + address + "/" + NodeClient.encode(what.operation);
    }
    String entity = "/v1/entities/" + address;
    if (what != null && what.events) {
      return entity + "/events?after=" + after;
    }
    return what != null && what.stale ? entity + "?consistency=stale" : entity;
  }
}
