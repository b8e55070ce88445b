package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code cluster status}: nodes, shards, and what is not as it should be. */
@Command(
    name = "status",
    description = "Show the nodes and who holds and leads what.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 all is as it should be, 3 something is not, 69 no node answers.",
      "",
      "Example:",
      "  perdure cluster status --admin http://10.0.0.1:7401"
    })
final class StatusCommand implements Callable<Integer> {

  private static final int ID_SHOWN = 8;
  private static final long BEHIND_MAX = 1_000;
  private static final String NODE_LINE = "%-10s%-20s%-22s%-8s%-28s%-8s%s%n";

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Override
  public Integer call() {
    JsonNode status = admin.status();
    List<String> troubles = troubles(status);
    if (admin.json()) {
      System.out.println(Output.json(status));
    } else {
      print(status, troubles);
    }
    return troubles.isEmpty() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private static void print(JsonNode status, List<String> troubles) {
    System.out.printf(
        "cluster %s, %s replicas wanted, level %s%s%n%n",
        status.path("cluster").asString(),
        status.path("replicas").asString(),
        status.path("level").asString(),
        higher(status));
    System.out.printf(NODE_LINE, "node", "name", "address", "zone", "build", "levels", "state");
    Map<String, String> names = new HashMap<>();
    for (JsonNode node : status.path("nodes")) {
      String id = node.path("id").asString();
      names.put(id, node.path("name").asString());
      System.out.printf(
          NODE_LINE,
          id.substring(0, Math.min(ID_SHOWN, id.length())),
          node.path("name").asString(),
          node.path("address").asString(),
          node.path("zone").asString(),
          node.path("build").asString("?"),
          node.path("oldest_level").asString("?") + "-" + node.path("newest_level").asString("?"),
          node.path("state").asString()
              + (node.path("alive").asBoolean() ? "" : ", does not answer"));
    }
    System.out.printf(
        "%n%-10s%-24s%-8s%-8s%-8s%s%n", "shard", "leader", "term", "members", "slots", "index");
    for (JsonNode shard : status.path("shards")) {
      System.out.printf(
          "%-10s%-24s%-8s%-8d%-8s%s%n",
          shard.path("system").asBoolean() ? "system" : shard.path("shard").asString(),
          names.getOrDefault(shard.path("leader").asString(), "none"),
          shard.path("term").asString(),
          shard.path("members").size(),
          shard.path("system").asBoolean() ? "" : shard.path("slots").asString(),
          indexes(shard));
    }
    moves(status);
    System.out.println();
    troubles.forEach(System.out::println);
    if (troubles.isEmpty()) {
      System.out.println("all is as it should be");
    }
  }

  private static void moves(JsonNode status) {
    for (JsonNode move : status.path("moves")) {
      String ending = move.path("ending").asString("");
      String stays = ending.isEmpty() ? "are still to go from" : "are to stay in";
      String there = ending.isEmpty() ? "to " : "and not to go to ";
      System.out.printf(
          "%nmove %s: %s slots %s shard %s %s%n",
          move.path("id").asString(),
          move.path("left").asString(),
          stays,
          move.path("from").asString(),
          there + move.path("to").asString() + (ending.isEmpty() ? "" : ": " + ending));
    }
    for (JsonNode move : status.path("ended")) {
      System.out.printf(
          "%nmove %s ended: slots %s stayed in shard %s and did not go to %s: %s%n",
          move.path("id").asString(),
          move.path("slots").asString(),
          move.path("from").asString(),
          move.path("to").asString(),
          move.path("why").asString());
    }
  }

  /** Says when an upgrade can be ended. */
  private static String higher(JsonNode status) {
    int level = status.path("level").asInt(1);
    int every = Integer.MAX_VALUE;
    int any = level;
    for (JsonNode node : status.path("nodes")) {
      int newest = node.path("newest_level").asInt(1);
      every = Math.min(every, newest);
      any = Math.max(any, newest);
    }
    if (any == level) {
      return "";
    }
    return every < any
        ? "; some nodes support level " + any + ", not all"
        : "; all nodes support level " + any + ", see `perdure cluster finalize`";
  }

  private static String indexes(JsonNode shard) {
    List<String> all = new ArrayList<>();
    for (JsonNode replica : shard.path("replicas")) {
      all.add(replica.path("applied").asString());
    }
    return String.join(" ", all);
  }

  private static List<String> troubles(JsonNode status) {
    List<String> troubles = new ArrayList<>();
    for (JsonNode node : status.path("nodes")) {
      if (!node.path("alive").asBoolean()) {
        troubles.add("node " + node.path("name").asString() + " does not answer");
      }
    }
    for (JsonNode shard : status.path("shards")) {
      String name = "shard " + shard.path("shard").asString();
      Set<String> wanted = texts(shard.path("wanted"));
      Set<String> members = texts(shard.path("members"));
      if (shard.path("leader").asString().isEmpty()) {
        troubles.add(name + " has no leader");
      } else if (!wanted.equals(members)) {
        troubles.add(name + " is being moved");
      } else if (members.size() == 2) {
        troubles.add(name + " has two members: neither may fail");
      }
      behind(shard, troubles, name);
      if (diverged(shard)) {
        troubles.add(name + ": replicas differ");
      }
    }
    return troubles;
  }

  /** A member that is far behind does not count yet: with it, another may not be stopped. */
  private static void behind(JsonNode shard, List<String> troubles, String name) {
    long first = 0;
    for (JsonNode replica : shard.path("replicas")) {
      first = Math.max(first, replica.path("applied").asLong());
    }
    for (JsonNode replica : shard.path("replicas")) {
      long behind = first - replica.path("applied").asLong();
      if (behind > BEHIND_MAX) {
        troubles.add(
            "%s: node %s is %d entries behind"
                .formatted(name, replica.path("node").asString(), behind));
      }
    }
  }

  /** Two replicas at the same index must hold the same. */
  private static boolean diverged(JsonNode shard) {
    Map<String, String> hashes = new HashMap<>();
    for (JsonNode replica : shard.path("replicas")) {
      String hash = replica.path("hash").asString();
      String before = hashes.put(replica.path("hash_index").asString(), hash);
      if (before != null && !before.equals(hash)) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(one -> texts.add(one.asString()));
    return texts;
  }
}
