package dev.perdure.cli.cluster;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** How a command reaches a cluster, through the admin port of one of its nodes. */
final class ClusterOptions extends AdminOptions {

  private static final String PATH = "/admin/v1/cluster";

  /** The cluster as the node sees it. */
  JsonNode status() {
    return send("GET", PATH, null);
  }

  /** Asks for a change. */
  JsonNode change(String path) {
    return send("POST", PATH + path, "{}".getBytes(StandardCharsets.UTF_8));
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
