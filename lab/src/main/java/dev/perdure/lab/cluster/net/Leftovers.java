package dev.perdure.lab.cluster.net;

import dev.perdure.lab.cluster.host.Owner;
import dev.perdure.lab.cluster.host.Shell;
import java.util.List;
import java.util.Optional;

/** What killed labs left: namespaces, and the nodes that still run in them. */
final class Leftovers {

  private Leftovers() {}

  /** Removes it. Links go with the namespaces that they lead into. */
  static void remove() {
    for (String namespace : namespaces()) {
      Optional<Owner> owner = Owner.of(namespace);
      if (owner.isPresent() && !owner.get().alive()) {
        removeNamespace(namespace);
      }
    }
  }

  /** Every named namespace of the machine. */
  static List<String> namespaces() {
    return Shell.run("ip", "netns", "list").lines().map(line -> line.split(" ", 2)[0]).toList();
  }

  /** Ends what runs in a namespace and removes it. */
  static void removeNamespace(String namespace) {
    String pids = Shell.attempt(List.of("ip", "netns", "pids", namespace), "").output();
    for (String pid : pids.lines().toList()) {
      if (pid.matches("[0-9]+")) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Shell.attempt(List.of("ip", "netns", "del", namespace), "");
  }
}
