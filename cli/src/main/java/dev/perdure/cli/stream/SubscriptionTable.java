package dev.perdure.cli.stream;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Subscriptions for people. What comes from a node is shown without control characters. */
final class SubscriptionTable {

  private static final String LIST = "%-24s  %-12s  %-16s  %-8s  %8s  %10s  %12s%n";
  private static final String SHARD = "  shard %-5s  offset %-12s  lag %-8s  delivered %-10s  %s%n";

  private SubscriptionTable() {}

  static String list(JsonNode all) {
    if (all.isEmpty()) {
      return "no subscriptions\n";
    }
    StringBuilder out = new StringBuilder();
    add(out, LIST, "NAME", "KIND", "ENTITY", "STATUS", "LAG", "LAG s", "DEAD LETTERS");
    for (JsonNode one : all) {
      add(
          out,
          LIST,
          one.path("name").asString(""),
          one.path("kind").asString(""),
          one.path("entity").asString(""),
          status(one),
          lag(one),
          lagSeconds(one),
          one.path("dead_letters").size());
    }
    return out.toString();
  }

  private static String status(JsonNode one) {
    for (JsonNode shard : one.path("shards")) {
      if (shard.path("paused").asBoolean(false)) {
        return "paused";
      }
    }
    return "runs";
  }

  private static String lag(JsonNode one) {
    long lag = -1;
    for (JsonNode shard : one.path("shards")) {
      if (shard.has("lag")) {
        lag = Math.max(0, lag) + shard.path("lag").asLong(0);
      }
    }
    return lag < 0 ? "-" : Long.toString(lag);
  }

  private static String lagSeconds(JsonNode one) {
    double most = -1;
    for (JsonNode shard : one.path("shards")) {
      if (shard.has("lag_seconds")) {
        most = Math.max(most, shard.path("lag_seconds").asDouble(0));
      }
    }
    return most < 0 ? "-" : String.format(Locale.ROOT, "%.1f", most);
  }

  static String of(JsonNode one) {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "%s  %s of %s  %s%n",
        one.path("name").asString(""),
        one.path("kind").asString(""),
        one.path("entity").asString(""),
        status(one));
    for (JsonNode shard : one.path("shards")) {
      add(
          out,
          SHARD,
          shard.path("shard").asString(""),
          shard.path("offset").asString("-"),
          shard.path("lag").asString("-"),
          shard.path("delivered").asString("-"),
          shard.path("error").asString(""));
    }
    JsonNode letters = one.path("dead_letters");
    add(out, "%s%n", letters.isEmpty() ? "no dead letters" : "dead letters:");
    for (JsonNode letter : letters) {
      add(
          out,
          "  %s  %s  %s  %s attempts%s  %s%n",
          letter.path("letter").asString(""),
          letter.path("event").asString(""),
          letter.path("time").asString(""),
          letter.path("attempts").asString(""),
          letter.path("replaying").asBoolean(false) ? ", being tried again" : "",
          letter.path("error").asString(""));
    }
    return out.toString();
  }

  private static void add(StringBuilder out, String line, Object... values) {
    Object[] shown = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      shown[i] = values[i].toString().replaceAll("\\p{Cntrl}", "?");
    }
    out.append(line.formatted(shown));
  }
}
