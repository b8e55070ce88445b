package dev.perdure.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Views and their rows for people. What comes from a node is shown without control characters. */
final class ViewTable {

  private static final String LIST = "%-24s  %-16s  %-10s  %10s  %8s  %8s  %8s%n";
  private static final int WIDTH_MAX = 60;

  private ViewTable() {}

  static String list(JsonNode all) {
    if (all.isEmpty()) {
      return "no views\n";
    }
    StringBuilder out = new StringBuilder();
    add(out, LIST, "NAME", "ENTITY", "STATUS", "ROWS", "FAILED", "LAG", "LAG s");
    for (JsonNode one : all) {
      add(
          out,
          LIST,
          one.path("name").asString(""),
          one.path("entity").asString(""),
          status(one),
          one.path("rows").asString(""),
          one.path("failed").asString(""),
          one.path("lag").asString(""),
          lagSeconds(one));
    }
    return out.toString();
  }

  private static String status(JsonNode one) {
    String status = one.path("status").asString("");
    return status.equals("rebuilding") ? percent(one) + " %" : status;
  }

  private static long percent(JsonNode one) {
    long end = 0;
    long read = 0;
    for (JsonNode shard : one.path("shards")) {
      end += shard.path("end").asLong(0) + 1;
      read += shard.path("offset").asLong(0) + 1;
    }
    return end <= 0 ? 0 : Math.min(99, 100 * read / end);
  }

  private static String lagSeconds(JsonNode one) {
    double most = 0;
    for (JsonNode shard : one.path("shards")) {
      most = Math.max(most, shard.path("lag_seconds").asDouble(0));
    }
    return String.format(Locale.ROOT, "%.1f", most);
  }

  static String of(JsonNode one) {
    StringBuilder out = new StringBuilder();
    add(
        out,
        "%s  view of %s  %s  %s rows  code %s%n",
        one.path("name").asString(""),
        one.path("entity").asString(""),
        status(one),
        one.path("rows").asString(""),
        one.path("fingerprint").asString(""));
    List<String> fields = new ArrayList<>();
    one.path("fields")
        .forEach(
            field ->
                fields.add(
                    field.path("name").asString("") + " " + field.path("type").asString("")));
    add(out, "fields: %s%n", String.join(", ", fields));
    List<String> indexes = new ArrayList<>();
    for (JsonNode index : one.path("indexes")) {
      List<String> names = new ArrayList<>();
      index.forEach(name -> names.add(name.asString("")));
      indexes.add("(" + String.join(", ", names) + ")");
    }
    add(out, "indexes: %s%n", String.join(" ", indexes));
    for (JsonNode shard : one.path("shards")) {
      add(
          out,
          "  shard %-5s  offset %-10s  lag %-8s  rows %-10s  %s%s%n",
          shard.path("shard").asString(""),
          shard.path("offset").asString(""),
          shard.path("lag").asString(""),
          shard.path("rows").asString(""),
          shard.path("rebuilding").asBoolean(false) ? "made anew " : "",
          shard.path("error").asString(""));
    }
    for (JsonNode failure : one.path("failures")) {
      add(
          out,
          "no row of %s/%s: %s%n",
          failure.path("tenant").asString(""),
          failure.path("id").asString(""),
          failure.path("error").asString(""));
    }
    return out.toString();
  }

  /** Rows in columns, each as wide as its widest value on this page. */
  static String rows(JsonNode rows, boolean first) {
    if (rows.isEmpty()) {
      return first ? "no rows\n" : "";
    }
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("ID", "VERSION"));
    rows.get(0)
        .path("fields")
        .propertyNames()
        .forEach(name -> head.add(name.toUpperCase(Locale.ROOT)));
    lines.add(head);
    for (JsonNode row : rows) {
      List<String> line = new ArrayList<>();
      line.add(shown(row.path("id").asString("")));
      line.add(row.path("version").asString(""));
      row.path("fields")
          .forEach(value -> line.add(value.isNull() ? "-" : shown(value.asString(""))));
      lines.add(line);
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : first ? lines : lines.subList(1, lines.size())) {
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(one -> one.get(column).length()).max().orElse(0);
        boolean number = i > 0 && lines.get(1).get(i).matches("-?\\d+");
        boolean last = i == line.size() - 1;
        String format = number ? "%" + width + "s" : last ? "%s" : "%-" + width + "s";
        out.append(format.formatted(line.get(i))).append(last ? "\n" : "  ");
      }
    }
    return out.toString();
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > WIDTH_MAX ? plain.substring(0, WIDTH_MAX) + "…" : plain;
  }

  private static void add(StringBuilder out, String line, Object... values) {
    Object[] shown = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      shown[i] = values[i].toString().replaceAll("\\p{Cntrl}", "?");
    }
    out.append(line.formatted(shown));
  }
}
