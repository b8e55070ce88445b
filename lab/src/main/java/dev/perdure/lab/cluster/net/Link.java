package dev.perdure.lab.cluster.net;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * One direction between two places. {@link Network#LOAD} is the load, nodes count from 1.
 *
 * @param from who sends
 * @param to who would receive
 */
public record Link(int from, int to) implements Comparable<Link> {

  /** A link to oneself cannot be cut. */
  public Link {
    if (from == to || from < 0 || to < 0) {
      throw new IllegalArgumentException("there is no link from " + from + " to " + to);
    }
  }

  @Override
  public int compareTo(Link other) {
    return Comparator.comparingInt(Link::from).thenComparingInt(Link::to).compare(this, other);
  }

  @Override
  public String toString() {
    return name(from) + "→" + name(to);
  }

  private static String name(int place) {
    return place == Network.LOAD ? "load" : "n" + place;
  }

  /** Links in words, in a fixed order. */
  public static String words(Collection<Link> links) {
    return links.stream().sorted().map(Link::toString).collect(Collectors.joining(" "));
  }
}
