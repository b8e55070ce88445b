package dev.perdure.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Tells addresses that only this machine reaches. */
final class Loopback {

  private Loopback() {}

  /**
   * True if the host stands for every address of this machine, so that nobody can connect to it.
   */
  static boolean isEvery(String host) {
    try {
      return host.isBlank() || InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** True if every address of the host is a loopback address; a host nobody knows is none. */
  static boolean holds(String host) {
    if (host.isBlank()) {
      return false;
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
