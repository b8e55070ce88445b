package dev.perdure.lab.cluster;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import dev.perdure.lab.cluster.net.Network;
import dev.perdure.lab.cluster.process.FakeTimeLibrary;
import dev.perdure.lab.cluster.process.NodeProcess;
import dev.perdure.lab.cluster.process.SmallDisk;
import dev.perdure.lab.cluster.process.WallClock;
import dev.perdure.lab.cluster.view.AdminClusterView;
import dev.perdure.lab.cluster.view.ClusterView;
import dev.perdure.lab.cluster.view.ClusterWatch;
import dev.perdure.lab.cluster.view.SingleNodeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Nodes in a network, each with its disk and clock. Nodes count from 1. Closing it kills them and
 * takes all of it away, and so does the end of this process.
 */
public final class Cluster implements AutoCloseable {

  /** How long nodes may take to start, or to come back. */
  public static final Duration READY_MAX = Duration.ofMinutes(1);

  private static final long DISK_BYTES = 256L << 20;

  /** Less than the default, which is more than the small disk has. */
  private static final String DISK_RESERVE = "32MiB";

  private final ClusterSettings settings;
  private final Network network;
  private final Http http = new Http();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<SmallDisk> disks = new ArrayList<>();
  private final List<WallClock> clocks = new ArrayList<>();
  private final Thread cleaner = new Thread(this::takeAway, "cluster-clean-up");

  private Cluster(ClusterSettings settings) {
    this.settings = settings;
    this.network = Network.create(settings.nodes());
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  /** Starts the nodes and waits until each says that a write would succeed. */
  public static Cluster start(ClusterSettings settings) {
    Cluster cluster = new Cluster(settings);
    try {
      cluster.begin();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts the first node alone. The others have their place, and join when they are started. */
  static Cluster startFirst(ClusterSettings settings) {
    Cluster cluster = new Cluster(settings);
    try {
      cluster.beginFirst();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void beginFirst() {
    for (int node = 1; node <= settings.nodes(); node++) {
      nodes.add(make(node));
    }
    nodes.getFirst().start();
    nodes.getFirst().awaitReady(READY_MAX);
  }

  private void begin() {
    // The others join the first one, so it has to be there.
    beginFirst();
    nodes.forEach(NodeProcess::start);
    nodes.forEach(node -> node.awaitReady(READY_MAX));
    if (!watch().awaitWhole(READY_MAX)) {
      throw new LabException(
          "the cluster does not have its %d replicas after %d s"
              .formatted(replicas(), READY_MAX.toSeconds()));
    }
  }

  private NodeProcess make(int node) {
    Path folder = settings.folder().resolve("n" + node).toAbsolutePath();
    Path disk = folder.resolve("disk");
    try {
      Files.createDirectories(disk);
    } catch (IOException e) {
      throw new LabException(folder + " cannot be made: " + e.getMessage(), e);
    }
    List<String> command = new ArrayList<>(network.enter(node));
    if (settings.disks()) {
      SmallDisk small = SmallDisk.mount(disk, DISK_BYTES);
      disks.add(small);
      command.addAll(small.enter());
    }
    if (settings.clocks()) {
      WallClock clock = new WallClock(FakeTimeLibrary.find(), folder);
      clocks.add(clock);
      command.addAll(clock.enter());
    }
    command.addAll(settings.command().with(arguments(node, disk.resolve("data"))));
    NodeAddress address = NodeAddress.of("n" + node, network.address(node));
    return new NodeProcess(address, command, folder.resolve("node.log"));
  }

  /** What a node is told, by the contract of {@code perdure run}. */
  private List<String> arguments(int node, Path data) {
    String host = network.address(node);
    List<String> arguments = new ArrayList<>(List.of("run", "--data", data.toString()));
    if (settings.joined()) {
      arguments.addAll(List.of("--cluster", "--node-address", host + ":" + NodeAddress.NODE_PORT));
      if (node == 1) {
        arguments.addAll(List.of("--set", "shards=" + settings.shards()));
      } else {
        arguments.addAll(List.of("--join", String.join(",", nodePorts(node - 1))));
      }
    }
    arguments.addAll(List.of("--set", "api.host=" + host, "--set", "admin.host=" + host));
    arguments.addAll(List.of("--set", "insecure=true"));
    if (settings.disks()) {
      arguments.addAll(List.of("--set", "disk.free-bytes-min=" + DISK_RESERVE));
    }
    return arguments;
  }

  /** Where the first so many nodes talk to others. */
  private List<String> nodePorts(int first) {
    return IntStream.rangeClosed(1, first)
        .mapToObj(node -> network.address(node) + ":" + NodeAddress.NODE_PORT)
        .toList();
  }

  /** How many nodes there are. */
  public int size() {
    return settings.nodes();
  }

  /** All of them, as numbers. */
  public List<Integer> numbers() {
    return IntStream.rangeClosed(1, size()).boxed().toList();
  }

  /** A node. */
  public NodeProcess node(int number) {
    return nodes.get(number - 1);
  }

  /** Where each listens. */
  public List<NodeAddress> addresses() {
    return nodes.stream().map(NodeProcess::address).toList();
  }

  /** A node's disk. */
  public SmallDisk disk(int number) {
    return disks.get(number - 1);
  }

  /** A node's clock. */
  public WallClock clock(int number) {
    return clocks.get(number - 1);
  }

  /** True if nodes have clocks of their own. */
  public boolean hasClocks() {
    return settings.clocks();
  }

  /** True if nodes have disks of their own. */
  public boolean hasDisks() {
    return settings.disks();
  }

  /** Waits until every node is ready and holds what the others hold; false if that took long. */
  boolean awaitBack() {
    try {
      nodes.forEach(node -> node.awaitReady(READY_MAX));
    } catch (LabException e) {
      return false;
    }
    return watch().awaitCaughtUp(READY_MAX);
  }

  /** The network. */
  public Network network() {
    return network;
  }

  /** What the nodes say of themselves. A node alone is asked alone. */
  public ClusterWatch watch() {
    ClusterView view = settings.joined() ? new AdminClusterView(http) : new SingleNodeView(http);
    return new ClusterWatch(view, addresses(), replicas());
  }

  /** What the first so many nodes say, each of which must have a replica of every shard. */
  ClusterWatch watch(int first) {
    return new ClusterWatch(new AdminClusterView(http), addresses().subList(0, first), first);
  }

  private int replicas() {
    return settings.joined() ? settings.nodes() : SingleNodeView.REPLICAS;
  }

  @Override
  public void close() {
    takeAway();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The process ends, and the hook does it too.
    }
  }

  private synchronized void takeAway() {
    nodes.forEach(NodeProcess::close);
    disks.forEach(SmallDisk::close);
    http.close();
    network.close();
  }
}
