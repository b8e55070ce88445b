package dev.perdure.guard.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of a file, read key by key. A key that is not there gives what is given as its
 * default; a value that cannot be read is noted and gives the default too, so that all mistakes are
 * found at once. Keys that nobody asked for are mistakes.
 */
final class Yaml {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,12}");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?");
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");

  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();
  private final List<String> mistakes;

  Yaml(String path, @Nullable Node node, List<String> mistakes) {
    this.path = path;
    this.mistakes = mistakes;
    this.line = node == null ? 1 : lineOf(node);
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::add);
    } else if (node != null) {
      note(line, path, text(node), "keys with values");
    }
  }

  private void add(NodeTuple tuple) {
    String key = text(tuple.getKeyNode());
    int at = lineOf(tuple.getKeyNode());
    if (values.put(key, tuple.getValueNode()) != null) {
      mistakes.add("line " + at + ": " + full(key) + ": was set above already");
    }
    lines.put(key, lineOf(tuple.getValueNode()));
  }

  static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String text(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar.getValue();
      case SequenceNode list -> "a list";
      default -> "a mapping";
    };
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void note(int at, String key, String value, String allowed) {
    mistakes.add("line " + at + ": " + key + ": '" + value + "': allowed is " + allowed);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Says that a key is known here. */
  void asks(String key) {
    asked.add(key);
  }

  /** Notes that a key is missing that has no default. */
  void require(String key) {
    if (!has(key)) {
      mistakes.add("line " + line + ": " + full(key) + ": is missing, and has no default");
    }
  }

  /** The names of all keys, which count as asked for. */
  Set<String> names() {
    asked.addAll(values.keySet());
    return values.keySet();
  }

  /** A mapping inside; an empty one if it is not there. */
  Yaml inside(String key) {
    asked.add(key);
    return new Yaml(full(key), values.get(key), mistakes);
  }

  <T> T read(String key, T byDefault, String allowed, Function<String, @Nullable T> parse) {
    asked.add(key);
    Node node = values.get(key);
    if (node == null) {
      return byDefault;
    }
    T value = node instanceof ScalarNode scalar ? parse.apply(scalar.getValue()) : null;
    if (value == null) {
      note(lineOf(node), full(key), text(node), allowed);
      return byDefault;
    }
    return value;
  }

  Duration duration(String key, Duration byDefault) {
    return read(key, byDefault, "a time like 50ms, 3s, 5m, 1h or 1d", Yaml::parseDuration);
  }

  static @Nullable Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    try {
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    } catch (ArithmeticException e) {
      return null;
    }
  }

  int whole(String key, int byDefault) {
    return read(key, byDefault, "a whole number", Yaml::parseWhole);
  }

  static @Nullable Integer parseWhole(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return null;
    }
    long number = Long.parseLong(text);
    return number > Integer.MAX_VALUE ? null : (int) number;
  }

  double number(String key, double byDefault) {
    return read(
        key,
        byDefault,
        "a number like 2 or 1.5",
        text -> NUMBER.matcher(text).matches() ? Double.valueOf(text) : null);
  }

  int percent(String key, int byDefault) {
    return read(
        key,
        byDefault,
        "a percentage like 50%",
        text -> {
          Matcher matcher = PERCENT.matcher(text);
          return matcher.matches() ? Integer.valueOf(matcher.group(1)) : null;
        });
  }

  /** One of some words, as what it stands for. */
  <T> T word(String key, T byDefault, Map<String, T> allowed) {
    String words = String.join(", ", allowed.keySet());
    return read(key, byDefault, words, allowed::get);
  }

  /** A list of words, each checked. */
  Set<String> words(String key, Set<String> byDefault, BiFunction<String, String, Boolean> check) {
    asked.add(key);
    Node node = values.get(key);
    if (node == null) {
      return byDefault;
    }
    List<Node> items = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    Set<String> words = new HashSet<>();
    for (Node item : new ArrayList<>(items)) {
      String word = text(item);
      if (!check.apply(key, word)) {
        note(
            lineOf(item),
            full(key),
            word,
            "a list of connect, timeout, io, error, 429, 500..599, 5xx");
      }
      words.add(word);
    }
    return words;
  }

  /** Makes a part of a policy, which checks its own ranges. */
  <T> T made(T byDefault, Supplier<T> make) {
    for (Map.Entry<String, Node> entry : values.entrySet()) {
      if (!asked.contains(entry.getKey())) {
        mistakes.add(
            "line "
                + lineOf(entry.getValue())
                + ": "
                + full(entry.getKey())
                + ": unknown; allowed here is "
                + String.join(", ", asked.stream().sorted().toList()));
      }
    }
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      // Said as "breaker.window is 1ms; allowed is …": the last name before " is " is our key.
      String message = String.valueOf(e.getMessage());
      String key = message.replaceFirst("[ (].*", "").replaceFirst(".*\\.", "");
      mistakes.add("line " + lines.getOrDefault(key, line) + ": " + path + ": " + message);
      return byDefault;
    }
  }
}
