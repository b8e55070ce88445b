package dev.perdure.lab.powercut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directory tree as the process saw it at one point of the trace, while a history is built. */
final class LiveTree {

  private final Map<Node, Map<String, Node>> directories = new HashMap<>();

  /** The last change under each name of a directory, also of names that are gone. */
  private final Map<Node, Map<String, NameChange>> last = new HashMap<>();

  private final Node root;

  LiveTree(Node root) {
    this.root = root;
  }

  /** A directory and a name in it, which need not exist. */
  record Place(Node directory, String name) {}

  @Nullable Node find(String path) {
    Node node = root;
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        node = entries(node).get(name);
        if (node == null) {
          return null;
        }
      }
    }
    return node;
  }

  /** Null if the directory is not known. */
  @Nullable Place place(String path) {
    int slash = path.lastIndexOf('/');
    Node directory = find(slash < 0 ? "" : path.substring(0, slash));
    return directory == null ? null : new Place(directory, path.substring(slash + 1));
  }

  @Nullable Node at(Place place) {
    return entries(place.directory()).get(place.name());
  }

  /** The changes that a change of these names comes after. */
  List<NameChange> before(List<NameChange.Entry> entries) {
    List<NameChange> before = new ArrayList<>();
    for (NameChange.Entry entry : entries) {
      NameChange change = last.getOrDefault(entry.directory(), Map.of()).get(entry.name());
      if (change != null) {
        before.add(change);
      }
    }
    return before;
  }

  void apply(NameChange change) {
    for (NameChange.Entry entry : change.entries()) {
      Node target = entry.target();
      if (target == null) {
        entries(entry.directory()).remove(entry.name());
      } else {
        entries(entry.directory()).put(entry.name(), target);
      }
      last.computeIfAbsent(entry.directory(), d -> new HashMap<>()).put(entry.name(), change);
    }
  }

  private Map<String, Node> entries(Node directory) {
    return directories.computeIfAbsent(directory, d -> new HashMap<>());
  }
}
