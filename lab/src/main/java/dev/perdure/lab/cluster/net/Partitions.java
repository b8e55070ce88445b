package dev.perdure.lab.cluster.net;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Which links of a cluster are cut in the classic partitions. The load reaches every node. */
public final class Partitions {

  private Partitions() {}

  /** Two sides that do not hear each other; a node that is not named is on the second. */
  public static Set<Link> split(int nodes, Set<Integer> side) {
    Set<Link> cut = new TreeSet<>();
    for (int a : all(nodes)) {
      for (int b : all(nodes)) {
        if (side.contains(a) != side.contains(b)) {
          cut.add(new Link(a, b));
        }
      }
    }
    return cut;
  }

  /** One node alone. */
  public static Set<Link> isolated(int nodes, int node) {
    return split(nodes, Set.of(node));
  }

  /**
   * Every node hears a majority, itself included, and no two hear the same one. Of three nodes each
   * hears one and is heard by the other: no two can talk.
   *
   * @param order the nodes as they stand on the ring
   */
  public static Set<Link> ring(List<Integer> order) {
    int nodes = order.size();
    int majority = nodes / 2 + 1;
    boolean oneWay = nodes == 3; // three nodes on a ring are all neighbours
    int reach = oneWay ? 1 : majority / 2;
    Set<Link> cut = new TreeSet<>();
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < nodes; b++) {
        int ahead = Math.floorMod(b - a, nodes);
        boolean heard = ahead <= reach || (!oneWay && nodes - ahead <= reach);
        if (!heard) {
          cut.add(new Link(order.get(a), order.get(b)));
        }
      }
    }
    return cut;
  }

  /**
   * Two sides that do not hear each other, and one node that hears both and is heard by both.
   *
   * @param order the bridge, then the one side, then the other
   */
  public static Set<Link> bridge(List<Integer> order) {
    List<Integer> others = order.subList(1, order.size());
    List<Integer> left = others.subList(0, others.size() / 2);
    Set<Link> cut = new TreeSet<>();
    for (int a : others) {
      for (int b : others) {
        if (left.contains(a) != left.contains(b)) {
          cut.add(new Link(a, b));
        }
      }
    }
    return cut;
  }

  /** A node that hears the others and is not heard. */
  public static Set<Link> mute(int nodes, int node) {
    Set<Link> cut = isolated(nodes, node);
    cut.removeIf(link -> link.from() != node);
    return cut;
  }

  /** A node that is heard by the others and hears none. */
  public static Set<Link> deaf(int nodes, int node) {
    Set<Link> cut = isolated(nodes, node);
    cut.removeIf(link -> link.to() != node);
    return cut;
  }

  private static List<Integer> all(int nodes) {
    return IntStream.rangeClosed(1, nodes).boxed().toList();
  }
}
