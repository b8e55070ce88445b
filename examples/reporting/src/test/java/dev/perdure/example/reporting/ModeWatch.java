package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.load.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Looks all the time in which mode each node is, and remembers the changes. */
final class ModeWatch implements AutoCloseable {

  private static final int LOOK_MS = 100;

  private final PulledNodes nodes;
  private final List<List<String>> changes = new ArrayList<>();
  private final Stop stop = new Stop();

  ModeWatch(PulledNodes nodes) {
    this.nodes = nodes;
    Pulled.NODES.forEach(node -> changes.add(new ArrayList<>()));
    Thread.ofVirtual().start(this::run);
  }

  private void run() {
    do {
      try {
        look(nodes.modes());
      } catch (IOException e) {
        // A node that does not answer in time says nothing of its mode.
      }
    } while (!stop.await(LOOK_MS));
  }

  private synchronized void look(List<String> now) {
    for (int i = 0; i < now.size(); i++) {
      List<String> its = changes.get(i);
      if (its.isEmpty() || !its.getLast().equals(now.get(i))) {
        its.add(now.get(i));
      }
    }
  }

  /** The modes of each node, one after the other, with blanks between them. */
  synchronized List<String> seen() {
    return changes.stream().map(its -> String.join(" ", its)).toList();
  }

  @Override
  public void close() {
    stop.request();
  }
}
