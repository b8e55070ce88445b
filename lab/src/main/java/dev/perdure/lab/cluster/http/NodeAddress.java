package dev.perdure.lab.cluster.http;

import java.net.URI;

/**
 * Where a node listens.
 *
 * @param name for people: n1, n2, …
 * @param host its address
 * @param api base of the API
 * @param admin base of the admin port
 */
public record NodeAddress(String name, String host, URI api, URI admin) {

  /** The API's port. */
  public static final int API_PORT = 7400;

  /** The admin port. */
  public static final int ADMIN_PORT = 7401;

  /** Where nodes talk to each other. */
  public static final int NODE_PORT = 7402;

  /** A node with the usual ports. */
  public static NodeAddress of(String name, String host) {
    return new NodeAddress(
        name,
        host,
        URI.create("http://" + host + ":" + API_PORT),
        URI.create("http://" + host + ":" + ADMIN_PORT));
  }
}
