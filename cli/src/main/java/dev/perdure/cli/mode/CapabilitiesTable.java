package dev.perdure.cli.mode;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** The mode of a node, its capabilities and its dependencies, for people. */
final class CapabilitiesTable {

  private static final String CAPABILITY = "  %-20s %-10s %-9s %7s  %s%n";
  private static final String DEPENDENCY = "  %-20s %-10s %9s %9s %9s %9s  %s%n";

  private static final String SIGN = "  %-20s %-27s  %s%n";

  private CapabilitiesTable() {}

  static String of(JsonNode all) {
    StringBuilder out = new StringBuilder("mode ").append(text(all, "mode"));
    if (all.path("forced").asBoolean()) {
      out.append(" (forced)");
    }
    out.append(" since ").append(text(all, "since"));
    String why = text(all, "why");
    out.append(why.isEmpty() ? "\n" : "\n  " + why + "\n");
    JsonNode capabilities = all.path("capabilities");
    if (!capabilities.isEmpty()) {
      out.append('\n');
      add(out, CAPABILITY, "CAPABILITY", "IS", "STATE", "WAITING", "WITHOUT WHAT IT NEEDS");
      for (JsonNode one : capabilities) {
        add(
            out,
            CAPABILITY,
            text(one, "name"),
            text(one, "criticality"),
            state(one),
            number(one, "waiting"),
            text(one, "degraded_form"));
        if (one.path("degraded").asBoolean()) {
          out.append("    ").append(text(one, "why")).append('\n');
        }
      }
    }
    dependencies(out, all.path("dependencies"));
    signs(out, all);
    JsonNode anomaly = all.path("anomaly");
    if (anomaly.path("stands").asBoolean()) {
      out.append("\n  figures are unusual since ").append(text(anomaly, "since"));
      out.append("\n    ").append(text(anomaly, "evidence")).append('\n');
    }
    return out.toString();
  }

  private static void dependencies(StringBuilder out, JsonNode dependencies) {
    if (dependencies.isEmpty()) {
      return;
    }
    out.append('\n');
    add(out, DEPENDENCY, "DEPENDENCY", "BREAKER", "UNDER WAY", "CALLS", "FAILED", "NOT SENT", "");
    for (JsonNode one : dependencies) {
      long refused = one.path("refused").valueStream().mapToLong(JsonNode::asLong).sum();
      add(
          out,
          DEPENDENCY,
          text(one, "name"),
          text(one, "breaker"),
          number(one, "under_way"),
          number(one, "calls"),
          number(one, "failed"),
          "%,d".formatted(refused),
          text(one, "missing"));
    }
  }

  /** Those that stand; of the others there is nothing to say. */
  private static void signs(StringBuilder out, JsonNode all) {
    boolean first = true;
    for (JsonNode one : all.path("signs")) {
      if (!one.path("stands").asBoolean()) {
        continue;
      }
      if (first) {
        out.append('\n');
        add(out, SIGN, "SIGN", "SINCE", "DONE UNTIL IT IS GONE");
        first = false;
      }
      String acts =
          String.join(", ", one.path("acts").valueStream().map(act -> act.asString("")).toList());
      boolean done = !acts.isEmpty() && all.path("acts").asBoolean(true);
      add(out, SIGN, text(one, "name"), text(one, "since"), done ? acts : "nothing");
      out.append("    ").append(text(one, "evidence")).append('\n');
    }
  }

  private static String state(JsonNode one) {
    if (!one.path("degraded").asBoolean()) {
      return "whole";
    }
    return one.path("forced").asBoolean() ? "forced" : "degraded";
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  private static String number(JsonNode node, String field) {
    return "%,d".formatted(node.path(field).asLong());
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
