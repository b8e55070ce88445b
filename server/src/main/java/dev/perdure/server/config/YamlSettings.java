package dev.perdure.server.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML file as dotted keys with their lines. Nested mappings and dotted names mean the same.
 *
 * @param mistakes each begins with its line
 */
record YamlSettings(List<Entry> entries, List<String> mistakes) {

  private static final int DEPTH_MAX = 16;

  /**
   * One setting.
   *
   * @param value text; the elements of a list joined by commas
   */
  record Entry(String key, String value, int line) {}

  static YamlSettings parse(String text) {
    YamlSettings found = new YamlSettings(new ArrayList<>(), new ArrayList<>());
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      root.ifPresent(node -> found.root(node));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      found.mistakes.add(line + ": not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      found.mistakes.add("1: not YAML: " + e.getMessage());
    }
    return found;
  }

  private void root(Node node) {
    if (node instanceof MappingNode mapping) {
      mapping("", mapping, new HashSet<>(), 0);
    } else if (!(node instanceof ScalarNode scalar && scalar.getValue().isBlank())) {
      mistakes.add(line(node) + ": must be keys with values, like 'api.port: 7400'");
    }
  }

  private void mapping(String prefix, MappingNode mapping, Set<String> seen, int depth) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        mistakes.add(line(tuple.getKeyNode()) + ": a key must be a name");
        continue;
      }
      String key = prefix + name.getValue();
      Node value = tuple.getValueNode();
      if (value instanceof MappingNode nested && depth < DEPTH_MAX) {
        mapping(key + ".", nested, seen, depth + 1);
      } else if (!seen.add(key)) {
        mistakes.add(line(name) + ": " + key + ": was set above already");
      } else {
        value(key, value);
      }
    }
  }

  private void value(String key, Node value) {
    if (value instanceof ScalarNode scalar) {
      entries.add(new Entry(key, scalar.getValue(), line(value)));
    } else if (value instanceof SequenceNode sequence) {
      List<String> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar) {
          items.add(scalar.getValue());
        } else {
          mistakes.add(line(item) + ": " + key + ": a list holds plain values only");
        }
      }
      entries.add(new Entry(key, String.join(",", items), line(value)));
    } else {
      mistakes.add(line(value) + ": " + key + ": is nested too deep");
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
