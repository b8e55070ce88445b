package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.net.Network;
import java.util.List;

/**
 * Where something from outside runs: beside this process, or at a place of its own in a {@link
 * Network}, where it can be cut off.
 *
 * @param address on which it listens, and at which this process reaches it
 * @param enter what is put before a command line to run it there
 */
public record Host(String address, List<String> enter) {

  /** Copies the line. */
  public Host {
    enter = List.copyOf(enter);
  }

  /** Beside this process; nobody else reaches it. */
  public static Host here() {
    return new Host("127.0.0.1", List.of());
  }

  /**
   * A place in a network.
   *
   * @param place from 1, as nodes are counted
   */
  public static Host in(Network network, int place) {
    return new Host(network.address(place), network.enter(place));
  }
}
