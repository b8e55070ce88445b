package dev.perdure.connect.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold of a topic whatever happened to nodes and brokers. */
final class TopicChecks {

  private final Map<String, String> byId = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final List<String> broken = new ArrayList<>();
  private int duplicates;

  TopicChecks(List<Topic.Message> messages) {
    messages.forEach(this::take);
  }

  private void take(Topic.Message message) {
    String before = byId.putIfAbsent(message.key() + " " + message.id(), message.text());
    if (before != null) {
      duplicates++;
      if (!before.equals(message.text())) {
        broken.add("one id, two messages: " + before + " and " + message.text());
      }
      return;
    }
    long last = versions.getOrDefault(message.key(), 0L);
    if (message.version() != last + 1) {
      broken.add(message.key() + ": version " + message.version() + " behind " + last);
    }
    versions.put(message.key(), message.version());
  }

  /** What does not hold: gaps, disorder, and duplicates that differ. */
  List<String> broken() {
    return broken;
  }

  int duplicates() {
    return duplicates;
  }

  /** The last version of each key. */
  Map<String, Long> versions() {
    return versions;
  }
}
