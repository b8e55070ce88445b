package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.load.Stop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks all the time in which mode each node is, and remembers the changes. */
final class ModeWatch implements AutoCloseable {

  private static final int LOOK_MS = 100;

  private final PulledNodes nodes;
  private final List<List<Change>> changes = new ArrayList<>();
  private final long startNs = System.nanoTime();
  private final Stop stop = new Stop();

  ModeWatch(PulledNodes nodes) {
    this.nodes = nodes;
    Pulled.NODES.forEach(node -> changes.add(new ArrayList<>()));
    Thread.ofVirtual().start(this::run);
  }

  /**
   * A mode that began.
   *
   * @param seconds since the watch began
   * @param why as the node says it; empty for normal
   */
  record Change(double seconds, String mode, String why) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.1f s %s%s", seconds, mode, why.isEmpty() ? "" : " (" + why + ")");
    }
  }

  private void run() {
    do {
      for (int node : Pulled.NODES) {
        try {
          look(node, nodes.modeAndWhy(node));
        } catch (IOException e) {
          // A node that does not answer in time says nothing of its mode.
        }
      }
    } while (!stop.await(LOOK_MS));
  }

  private synchronized void look(int node, PulledNodes.ModeAndWhy now) {
    List<Change> its = changes.get(node - 1);
    if (its.isEmpty() || !its.getLast().mode.equals(now.mode())) {
      its.add(new Change((System.nanoTime() - startNs) / 1e9, now.mode(), now.why()));
    }
  }

  /** The changes of each node. */
  synchronized List<List<Change>> seen() {
    return changes.stream().map(List::copyOf).toList();
  }

  @Override
  public void close() {
    stop.request();
  }
}
