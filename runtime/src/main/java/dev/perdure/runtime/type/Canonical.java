package dev.perdure.runtime.type;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * The canonical form of a JSON value, from which fingerprints are made: fields sorted by name,
 * fields that are null left out, no white space, numbers by value. What a mapper with sorted
 * properties writes for a record is already in this form.
 */
final class Canonical {

  private Canonical() {}

  static byte[] bytes(JsonNode node) {
    StringBuilder out = new StringBuilder(64);
    write(node, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      writeObject(node, out);
    } else if (node.isArray()) {
      out.append('[');
      for (int i = 0; i < node.size(); i++) {
        if (i > 0) {
          out.append(',');
        }
        write(node.get(i), out);
      }
      out.append(']');
    } else if (node.isInt() || node.isLong()) {
      out.append(node.longValue());
    } else if (node.isNumber()) {
      out.append(number(node));
    } else {
      out.append(node);
    }
  }

  private static void writeObject(JsonNode node, StringBuilder out) {
    List<String> names = new ArrayList<>(node.propertyNames());
    Collections.sort(names);
    out.append('{');
    boolean first = true;
    for (String name : names) {
      JsonNode value = node.get(name);
      if (value.isNull()) {
        continue;
      }
      if (!first) {
        out.append(',');
      }
      first = false;
      out.append(StringNode.valueOf(name)).append(':');
      write(value, out);
    }
    out.append('}');
  }

  private static String number(JsonNode node) {
    return node.isIntegralNumber()
        ? node.bigIntegerValue().toString()
        : Double.toString(node.doubleValue());
  }
}
