package dev.perdure.example.reporting;

import dev.perdure.lab.cluster.net.Link;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.outside.Host;
import dev.perdure.lab.outside.NotInstalled;
import dev.perdure.lab.outside.PostgresServer;
import dev.perdure.lab.outside.ServiceProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Three nodes, a gateway for notifications and a PostgreSQL: real processes, each in a network
 * namespace of its own. Whoever drives them stands in one more and reaches all of them always.
 */
final class Pulled implements AutoCloseable {

  static final List<Integer> NODES = List.of(1, 2, 3);

  private static final int GATEWAY = 4;
  private static final int DATABASE = 5;
  private static final int NODE_PORT = 7402;

  private final Network network;
  private final List<Runnable> closing = new ArrayList<>();
  private final PostgresServer database;
  private final ServiceProgram gateway;
  private final List<ServiceProgram> nodes = new ArrayList<>();

  /**
   * What can be pulled: no packet comes through in either direction any more, and nobody gets an
   * error.
   */
  enum Cable {
    /** Between every node and the gateway. */
    GATEWAY,
    /** Between every node and the database. */
    DATABASE,
    /** Between any two nodes: each is alone. */
    QUORUM;

    private Set<Link> links() {
      return switch (this) {
        case GATEWAY -> to(Pulled.GATEWAY);
        case DATABASE -> to(Pulled.DATABASE);
        case QUORUM -> {
          Set<Link> links = new TreeSet<>();
          NODES.forEach(
              a ->
                  NODES.stream().filter(b -> !b.equals(a)).forEach(b -> links.add(new Link(a, b))));
          yield links;
        }
      };
    }

    private static Set<Link> to(int place) {
      Set<Link> links = new TreeSet<>();
      NODES.forEach(node -> links.addAll(List.of(new Link(node, place), new Link(place, node))));
      return links;
    }
  }

  /**
   * Starts all; nodes may not be a cluster yet.
   *
   * @throws NotInstalled when there is no PostgreSQL
   */
  Pulled(Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    network = Network.create(DATABASE);
    closing.add(network::close);
    try {
      database = later(PostgresServer.start(folder, Host.in(network, DATABASE)));
      gateway =
          later(
              ServiceProgram.start(
                  folder, Host.in(network, GATEWAY), GatewayProgram.class.getName(), Map.of()));
      nodes.add(later(node(folder, 1)));
      try (ExecutorService two = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<ServiceProgram> second = two.submit(() -> node(folder, 2));
        Future<ServiceProgram> third = two.submit(() -> node(folder, 3));
        nodes.add(later(second.get()));
        nodes.add(later(third.get()));
      }
    } catch (NotInstalled | IOException | RuntimeException | ExecutionException e) {
      closeAfter(e);
      throw e;
    } catch (InterruptedException e) {
      closeAfter(e);
      throw e;
    }
  }

  private PostgresServer later(PostgresServer one) {
    closing.addFirst(one::close);
    return one;
  }

  private ServiceProgram later(ServiceProgram one) {
    closing.addFirst(one::close);
    return one;
  }

  private ServiceProgram node(Path folder, int number) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("PERDURE_INSECURE", "true");
    environment.put("PERDURE_SHARDS", String.valueOf(NODES.size()));
    environment.put("PERDURE_CLUSTER_ENABLED", "true");
    environment.put("PERDURE_CLUSTER_ADDRESS", peer(number));
    environment.put("PERDURE_CLUSTER_JOIN", number == 1 ? "" : peer(1));
    environment.put("LEDGER_NOTIFY_URL", gateway.url() + GatewayProgram.NOTIFY);
    environment.put("REPORTING_DATABASE_URL", database.url());
    environment.put("REPORTING_DATABASE_USER", database.user());
    // All share this machine's processors.
    environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    return ServiceProgram.start(
        folder, Host.in(network, number), LedgerNode.class.getName(), environment);
  }

  private String peer(int number) {
    return network.address(number) + ":" + NODE_PORT;
  }

  void pull(Cable cable) {
    network.cut(cable.links());
  }

  /** All of them at once. */
  void plugIn() {
    network.healAll();
  }

  PostgresServer database() {
    return database;
  }

  /** Where the API of a node is. */
  String api(int node) {
    return nodes.get(node - 1).url();
  }

  String admin(int node) {
    return nodes.get(node - 1).adminUrl();
  }

  String gateway() {
    return gateway.url();
  }

  private void closeAfter(Exception first) {
    try {
      close();
    } catch (RuntimeException e) {
      first.addSuppressed(e);
    }
  }

  /**
   * Each of them whatever becomes of the others; the network, which outlives this process, last.
   */
  @Override
  public void close() {
    RuntimeException first = null;
    for (Runnable one : closing) {
      try {
        one.run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
