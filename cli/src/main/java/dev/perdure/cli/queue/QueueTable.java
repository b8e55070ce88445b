package dev.perdure.cli.queue;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Queues and messages for people. What comes from a node is shown without control characters. */
final class QueueTable {

  private static final String LIST = "%-24s  %9s  %9s  %9s  %9s  %12s%n";

  private QueueTable() {}

  /** Whatever a node answered about queues. */
  static String of(JsonNode answer) {
    StringBuilder out = new StringBuilder();
    if (answer.has("queues")) {
      queues(out, answer.path("queues"));
    } else if (answer.has("messages")) {
      messages(out, answer);
    } else if (answer.has("shards")) {
      queue(out, answer);
    } else if (answer.has("decided")) {
      add(
          out,
          "%s decided about%s%n",
          answer.path("decided").asString(""),
          answer.path("more").asBoolean(false) ? "; there are more" : "");
    } else if (answer.has("state")) {
      message(out, answer);
    } else {
      add(out, "%s%n", answer.path("id").asString(""));
    }
    return out.toString();
  }

  private static void queues(StringBuilder out, JsonNode all) {
    if (all.isEmpty()) {
      out.append("no queues\n");
      return;
    }
    add(out, LIST, "NAME", "READY", "DELAYED", "LEASED", "DEAD", "OLDEST s");
    for (JsonNode one : all) {
      add(
          out,
          LIST,
          one.path("name").asString(""),
          sum(one, "ready"),
          sum(one, "delayed"),
          sum(one, "leased"),
          sum(one, "dead"),
          oldest(one));
    }
  }

  private static String sum(JsonNode queue, String what) {
    long sum = 0;
    for (JsonNode shard : queue.path("shards")) {
      sum += shard.path(what).asLong(0);
    }
    return Long.toString(sum);
  }

  private static String oldest(JsonNode queue) {
    double most = 0;
    for (JsonNode shard : queue.path("shards")) {
      most = Math.max(most, shard.path("oldest_ready_seconds").asDouble(0));
    }
    return String.format(Locale.ROOT, "%.1f", most);
  }

  private static void queue(StringBuilder out, JsonNode one) {
    String[] limits = {
      "attempts_max",
      "lease_seconds",
      "lease_seconds_max",
      "messages_max",
      "messages_of_tenant_max",
      "leased_max",
      "bytes_max",
      "per_second"
    };
    add(out, "%s%n", one.path("name").asString(""));
    for (String limit : limits) {
      add(out, "  %-24s %s%n", limit.replace('_', ' '), one.path(limit).asString(""));
    }
    for (JsonNode shard : one.path("shards")) {
      add(
          out,
          "  shard %-4s  ready %-8s  delayed %-8s  leased %-8s  dead %s%n",
          shard.path("shard").asString(""),
          shard.path("ready").asString(""),
          shard.path("delayed").asString(""),
          shard.path("leased").asString(""),
          shard.path("dead").asString(""));
    }
  }

  private static void messages(StringBuilder out, JsonNode answer) {
    if (answer.path("messages").isEmpty()) {
      out.append("no messages\n");
    }
    for (JsonNode one : answer.path("messages")) {
      if (one.has("lease")) {
        add(
            out,
            "%s  lease %s  until %s  attempt %s of %s  tenant %s%n  %s%n",
            one.path("id").asString(""),
            one.path("lease").asString(""),
            one.path("until").asString(""),
            one.path("attempt").asString(""),
            one.path("attempts_max").asString(""),
            one.path("tenant").asString(""),
            one.path("body"));
      } else {
        message(out, one);
      }
    }
    if (answer.has("next")) {
      add(out, "more: --after %s%n", answer.path("next").asString(""));
    }
  }

  private static void message(StringBuilder out, JsonNode one) {
    add(
        out,
        "%s  %s  %s attempts  sent %s%s%n",
        one.path("id").asString(""),
        one.path("state").asString(""),
        one.path("attempts").asString(""),
        one.path("sent").asString(""),
        one.has("until") ? "  until " + one.path("until").asString("") : "");
    if (one.has("error")) {
      add(out, "  %s%n", one.path("error").asString(""));
    }
    if (one.has("body")) {
      add(out, "  %s%n", one.path("body"));
    }
  }

  private static void add(StringBuilder out, String line, Object... values) {
    Object[] shown = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      shown[i] = values[i].toString().replaceAll("\\p{Cntrl}", "?");
    }
    out.append(line.formatted(shown));
  }
}
