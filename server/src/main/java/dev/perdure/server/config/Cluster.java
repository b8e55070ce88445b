package dev.perdure.server.config;

import dev.perdure.journal.tls.NodeCertificates;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.StartException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cluster's part of the configuration. */
final class Cluster {

  private static final String DNS = "dns:";
  private static final int PORT_MAX = 65_535;

  private Cluster() {}

  static PeerOptions of(ServerConfig config) {
    HostPort address = HostPort.of(Keys.CLUSTER_ADDRESS.name(), config.get(Keys.CLUSTER_ADDRESS));
    String listen = config.get(Keys.CLUSTER_LISTEN);
    HostPort bind = listen.isEmpty() ? address : HostPort.of(Keys.CLUSTER_LISTEN.name(), listen);
    String name = config.get(Keys.CLUSTER_NAME);
    return new PeerOptions(
        name.isEmpty() ? address.text() : name,
        bind.host,
        bind.port,
        address.text(),
        seeds(config.get(Keys.CLUSTER_JOIN), address.text()),
        config.get(Keys.CLUSTER_ZONE),
        config.get(Keys.CLUSTER_DEAD_AFTER),
        certificates(config));
  }

  private static @Nullable NodeCertificates certificates(ServerConfig config) {
    return secured(config)
        ? new NodeCertificates(
            Path.of(config.get(Keys.CLUSTER_TLS_CERTIFICATE)),
            Path.of(config.get(Keys.CLUSTER_TLS_KEY)),
            Path.of(config.get(Keys.CLUSTER_TLS_AUTHORITY)))
        : null;
  }

  /** True if nodes are to know each other by certificates. */
  static boolean secured(ServerConfig config) {
    return !config.get(Keys.CLUSTER_TLS_CERTIFICATE).isEmpty();
  }

  /** The host on which this node listens for others; empty if it does not, or not readably. */
  static String listens(ServerConfig config) {
    String listen = config.get(Keys.CLUSTER_LISTEN);
    String text = listen.isEmpty() ? config.get(Keys.CLUSTER_ADDRESS) : listen;
    int colon = text.lastIndexOf(':');
    return config.get(Keys.CLUSTER) && colon > 0 ? text.substring(0, colon) : "";
  }

  private static List<String> seeds(String join, String self) {
    List<String> seeds = new ArrayList<>();
    for (String part : join.split(",", -1)) {
      String one = part.strip();
      if (one.startsWith(DNS)) {
        HostPort name = HostPort.of(Keys.CLUSTER_JOIN.name(), one.substring(DNS.length()));
        addresses(name.host).forEach(host -> seeds.add(host + ":" + name.port));
      } else if (!one.isEmpty()) {
        seeds.add(HostPort.of(Keys.CLUSTER_JOIN.name(), one).text());
      }
    }
    seeds.remove(self);
    return seeds;
  }

  private static List<String> addresses(String name) {
    try {
      List<String> all = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(name)) {
        String host = address.getHostAddress();
        all.add(host.contains(":") ? "[" + host + "]" : host);
      }
      return all;
    } catch (UnknownHostException e) {
      throw new StartException(
          "cluster.join names dns:" + name + ", which has no address now: " + e.getMessage(), e);
    }
  }

  /**
   * The URL under which callers reach the API; empty if nobody can say.
   *
   * @param port on which it listens
   */
  static String api(ServerConfig config, int port) {
    String said = config.get(Keys.CLUSTER_API_ADDRESS).strip();
    if (said.startsWith("http://") || said.startsWith("https://")) {
      return url(said.endsWith("/") ? said.substring(0, said.length() - 1) : said);
    }
    if (!said.isEmpty()) {
      return "http://" + HostPort.of(Keys.CLUSTER_API_ADDRESS.name(), said).text();
    }
    String host = config.get(Keys.API_HOST);
    if (Loopback.isEvery(host)) {
      return "";
    }
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return "http://" + (bare ? "[" + host + "]" : host) + ":" + port;
  }

  private static String url(String text) {
    try {
      if (new URI(text).getHost() != null) {
        return text;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new StartException(
        Keys.CLUSTER_API_ADDRESS.name()
            + " is '"
            + text
            + "'; host:port or a URL such as https://n1.example is needed");
  }

  /** A host with its port. */
  record HostPort(String host, int port) {

    static HostPort of(String key, String text) {
      int colon = text.lastIndexOf(':');
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (colon > 0 && port > 0 && port <= PORT_MAX) {
          return new HostPort(text.substring(0, colon), port);
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new StartException(
          key + " is '" + text + "'; host:port with a port from 1 to 65535 is needed");
    }

    String text() {
      return host + ":" + port;
    }
  }
}
