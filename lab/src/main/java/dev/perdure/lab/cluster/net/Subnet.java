package dev.perdure.lab.cluster.net;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.host.Shell;

/**
 * The addresses of one lab: 10.77.k.0/24, of which no other lab and no route of the machine has
 * any.
 *
 * @param third k
 */
record Subnet(int third) {

  private static final int FIRST_NODE = 10;
  private static final int THIRD_MAX = 255;

  /** One that is free. Between this and the use of it nobody else may look for one. */
  static Subnet free() {
    for (int third = 0; third <= THIRD_MAX; third++) {
      Subnet subnet = new Subnet(third);
      if (subnet.isFree()) {
        return subnet;
      }
    }
    throw new LabException("every network in 10.77.0.0/16 is in use; see 'ip -4 route'");
  }

  private boolean isFree() {
    String inside = Shell.run("ip", "-4", "route", "show", "root", range());
    String around = Shell.run("ip", "-4", "route", "show", "match", range());
    return inside.isBlank() && around.lines().allMatch(route -> route.startsWith("default"));
  }

  private String range() {
    return "10.77." + third + ".0/24";
  }

  /** The address of a node, or of the load. */
  String address(int place) {
    return "10.77." + third + "." + (place == Network.LOAD ? 1 : FIRST_NODE + place);
  }

  /** The hardware address that goes with it. */
  String mac(int place) {
    return "02:50:44:%02x:00:%02x".formatted(third, place);
  }

  /** A hardware address that nobody has. */
  String nobody() {
    return "02:50:44:%02x:ff:ff".formatted(third);
  }
}
