package dev.perdure.testkit.degraded;

import dev.perdure.api.Service;
import java.net.URI;
import java.nio.file.Path;

/** Starts a node with the HTTP door that callers use: in the words of whoever has one. */
@FunctionalInterface
public interface Door {

  /**
   * A node of a service, ready.
   *
   * @param data an empty folder
   */
  Opened open(Service service, Path data);

  /**
   * A node that runs.
   *
   * @param api where callers ask
   * @param admin where operators ask
   * @param node stops it
   */
  record Opened(URI api, URI admin, AutoCloseable node) {}
}
