package dev.perdure.cli.saga;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.NodeClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code saga list}: of every node whose admin port is given. */
@Command(
    name = "list",
    description = {
      "List sagas: those that have not ended, or only parked ones, or all.",
      "",
      "A node lists the sagas of the shards that it leads. Name the admin ports of all nodes to see"
          + " those of a whole cluster; what is missing is said."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure saga list",
      "  perdure saga list --status parked --type transfer --output json",
      "  perdure saga list --admin http://10.0.0.1:7401,http://10.0.0.2:7401,http://10.0.0.3:7401"
    })
final class ListCommand implements Callable<Integer> {

  private static final int PAGE_MAX = 1_000;
  private static final int LIMIT_MAX = 1_000_000;

  /** Which sagas. */
  enum Status {
    UNFINISHED,
    PARKED,
    ALL
  }

  @Mixin private AdminOptions admin = new AdminOptions();

  @Option(
      names = "--status",
      paramLabel = "unfinished|parked|all",
      defaultValue = "unfinished",
      description = "Which (default: ${DEFAULT-VALUE}).")
  private Status status = Status.UNFINISHED;

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type.")
  private @Nullable String type;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose (default: the node's default tenant).")
  private @Nullable String tenant;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many at most, of each node (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  private boolean more;

  @Override
  public Integer call() {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new CommandException(
          Exit.USAGE, "--limit is %d; 1 to %,d is needed.".formatted(limit, LIMIT_MAX));
    }
    Map<String, JsonNode> found = new LinkedHashMap<>();
    List<URI> silent = new ArrayList<>();
    List<URI> admins = admin.admins();
    for (URI node : admins) {
      if (!pages(node, found)) {
        silent.add(node);
      }
    }
    if (silent.size() == admins.size()) {
      throw AdminOptions.nobody(silent);
    }
    List<JsonNode> sagas = List.copyOf(found.values());
    List<String> missing = missing(admins, silent);
    if (admin.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("sagas", sagas);
      document.put("more", more);
      document.put("missing", missing);
      System.out.println(Output.json(document));
    } else {
      System.out.print(SagaTable.list(sagas));
      System.out.flush();
      missing.forEach(line -> System.err.println("perdure: " + line));
      if (more) {
        System.err.println("perdure: there are more; see --limit.");
      }
    }
    return silent.isEmpty() ? Exit.DONE : Exit.UNAVAILABLE;
  }

  /** The pages of one node; false if it cannot be reached. */
  private boolean pages(URI node, Map<String, JsonNode> found) {
    int left = limit;
    String after = null;
    do {
      JsonNode page = admin.sendTo(node, "GET", query(after, Math.min(left, PAGE_MAX)), null);
      if (page == null) {
        return false;
      }
      for (JsonNode saga : page.path("sagas")) {
        found.put(saga.path("type").asString() + "/" + saga.path("id").asString(), saga);
        left--;
      }
      after = page.path("next").asString("");
    } while (!after.isEmpty() && left > 0);
    more |= !after.isEmpty();
    return true;
  }

  private String query(@Nullable String after, int page) {
    StringBuilder query = new StringBuilder("/admin/v1/sagas?limit=" + page);
    query.append("&status=").append(status.name().toLowerCase(Locale.ROOT));
    add(query, "type", type);
    add(query, "tenant", tenant);
    add(query, "after", after);
    return query.toString();
  }

  private static void add(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append('&').append(name).append('=').append(NodeClient.encode(value));
    }
  }

  /** Whose sagas are not among those that were listed, one sentence for each reason. */
  private List<String> missing(List<URI> admins, List<URI> silent) {
    List<String> missing = new ArrayList<>();
    silent.forEach(node -> missing.add(node + " does not answer; its sagas are not listed."));
    int nodes = nodes(admins);
    if (nodes > admins.size()) {
      missing.add(
          "these are the sagas of the shards that %d of the cluster's %d nodes lead; name the others"
                  .formatted(admins.size(), nodes)
              + " with --admin, too.");
    }
    return missing;
  }

  /** How many nodes there are; 1 if they are no cluster. */
  private int nodes(List<URI> admins) {
    for (URI node : admins) {
      try {
        JsonNode cluster = admin.sendTo(node, "GET", "/admin/v1/cluster", null);
        if (cluster != null) {
          return cluster.path("nodes").size();
        }
      } catch (CommandException e) {
        return 1; // it is alone, and says so
      }
    }
    return 1;
  }
}
