package dev.perdure.lab.cluster.net;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.host.Owner;
import dev.perdure.lab.cluster.host.Shell;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces on a bridge, and cuts between them.
 *
 * <p>Nobody asks for hardware addresses here: each namespace knows those of all others as permanent
 * neighbours. A direction is cut at its sender, by giving the receiver an address that nobody has;
 * the bridge then floods the frames to ports that all drop them. Connections that are open feel it
 * at once, nobody gets an error, and the other direction goes on.
 */
public final class Network implements AutoCloseable {

  /** The place of the load; nodes count from 1. */
  public static final int LOAD = 0;

  /** More than any quorum needs, and few enough for one machine. */
  public static final int NODES_MAX = 9;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final long CAP_NET_ADMIN = 1L << 12;
  private static final long CAP_SYS_ADMIN = 1L << 21;
  private static final String DEVICE = "eth0";

  private final int nodes;
  private final Owner owner = Owner.self();
  private final int number = COUNT.incrementAndGet();
  private final String loadDevice = "pdl" + owner.pid() + "." + number;
  private final Set<Link> cut = new TreeSet<>();
  private @Nullable Subnet subnet;

  private Network(int nodes) {
    this.nodes = nodes;
  }

  /** Why there can be no such network here, or empty. Tried once. */
  public static Optional<String> unavailable() {
    return Trial.WHY;
  }

  private static final class Trial {
    static final Optional<String> WHY = tryOut();
  }

  private static Optional<String> tryOut() {
    String system = System.getProperty("os.name", "");
    if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("network namespaces are Linux's; this is " + system);
    }
    if (!Shell.has("ip")) {
      return Optional.of("network namespaces need the program 'ip' (Debian: iproute2)");
    }
    if (!mayAdminister()) {
      return Optional.of("network namespaces need root (the capabilities NET_ADMIN and SYS_ADMIN)");
    }
    try {
      create(1).close();
      return Optional.empty();
    } catch (LabException e) {
      return Optional.of("network namespaces cannot be made here: " + e.getMessage());
    }
  }

  private static boolean mayAdminister() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          long capabilities = Long.parseUnsignedLong(line.substring(7).strip(), 16);
          long needed = CAP_NET_ADMIN | CAP_SYS_ADMIN;
          return (capabilities & needed) == needed;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes the network, after removing what dead owners left. */
  public static Network create(int nodes) {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new IllegalArgumentException(nodes + " nodes; 1 to " + NODES_MAX + " are possible");
    }
    Network network = new Network(nodes);
    try {
      network.make();
      return network;
    } catch (LabException e) {
      network.close();
      throw e;
    }
  }

  private void make() {
    Path lock = Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "perdure-lab.lock");
    // A lock of a file is the process's; threads of one process exclude each other here.
    synchronized (Network.class) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        Leftovers.remove();
        build(Subnet.free());
      } catch (IOException e) {
        throw new LabException(lock + " cannot be locked: " + e.getMessage(), e);
      }
    }
  }

  private void build(Subnet free) {
    subnet = free;
    Shell.run("ip", "netns", "add", bridge());
    for (int node = 1; node <= nodes; node++) {
      Shell.run("ip", "netns", "add", namespace(node));
    }
    batch(null, "link add br0 netns " + bridge() + " type bridge");
    batch(bridge(), "link set br0 up");
    for (int place = LOAD; place <= nodes; place++) {
      plug(place, free);
    }
    heal(everyLink());
  }

  private void plug(int place, Subnet of) {
    String inside = place == LOAD ? "" : " netns " + namespace(place);
    batch(
        null,
        "link add %s%s address %s type veth peer name p%d netns %s"
            .formatted(device(place), inside, of.mac(place), place, bridge()));
    batch(bridge(), "link set p%d master br0 up".formatted(place));
    batch(
        namespaceOrNull(place),
        "addr add %s/24 dev %s".formatted(of.address(place), device(place)),
        "link set %s up".formatted(device(place)));
    if (place != LOAD) {
      batch(namespace(place), "link set lo up");
    }
  }

  /** Runs commands of {@code ip}, in a namespace or in the lab's own. */
  private static void batch(@Nullable String namespace, String... commands) {
    List<String> ip = new ArrayList<>(List.of("ip"));
    if (namespace != null) {
      ip.addAll(List.of("-n", namespace));
    }
    ip.addAll(List.of("-batch", "-"));
    Shell.run(ip, String.join("\n", commands) + "\n");
  }

  private String bridge() {
    return owner.name(number + "-bridge");
  }

  private String device(int place) {
    return place == LOAD ? loadDevice : DEVICE;
  }

  private @Nullable String namespaceOrNull(int place) {
    return place == LOAD ? null : namespace(place);
  }

  /** Name of a node's namespace, as {@code ip netns} knows it. */
  public String namespace(int node) {
    return owner.name(number + "-n" + node);
  }

  /** How many nodes there are. */
  public int nodes() {
    return nodes;
  }

  /** The address of a node, or of the load. */
  public String address(int place) {
    return addresses().address(place);
  }

  private Subnet addresses() {
    Subnet ours = subnet;
    if (ours == null) {
      throw new IllegalStateException("the network was not made");
    }
    return ours;
  }

  /** What to put before a command line, so that it runs in a node's namespace. */
  public List<String> enter(int node) {
    return List.of("ip", "netns", "exec", namespace(node));
  }

  /** Lets packets vanish from now on. Those that are cut already stay so. */
  public synchronized void cut(Collection<Link> links) {
    change(links, true);
    cut.addAll(links);
  }

  /** Lets packets through again. */
  public synchronized void heal(Collection<Link> links) {
    change(links, false);
    cut.removeAll(links);
  }

  /** Heals every cut. */
  public synchronized void healAll() {
    heal(List.copyOf(cut));
  }

  /** The links that are cut. */
  public synchronized Set<Link> cutLinks() {
    return Set.copyOf(cut);
  }

  private void change(Collection<Link> links, boolean silent) {
    TreeMap<Integer, List<String>> bySender = new TreeMap<>();
    for (Link link : links) {
      String mac = silent ? addresses().nobody() : addresses().mac(link.to());
      bySender
          .computeIfAbsent(link.from(), sender -> new ArrayList<>())
          .add(
              "neigh replace %s lladdr %s dev %s nud permanent"
                  .formatted(address(link.to()), mac, device(link.from())));
    }
    bySender.forEach(
        (sender, commands) -> batch(namespaceOrNull(sender), commands.toArray(String[]::new)));
  }

  private Set<Link> everyLink() {
    Set<Link> all = new TreeSet<>();
    for (int from = LOAD; from <= nodes; from++) {
      for (int to = LOAD; to <= nodes; to++) {
        if (from != to) {
          all.add(new Link(from, to));
        }
      }
    }
    return all;
  }

  /** Removes it, and ends what still runs in it. */
  @Override
  public void close() {
    for (int node = 1; node <= nodes; node++) {
      Leftovers.removeNamespace(namespace(node));
    }
    Leftovers.removeNamespace(bridge());
  }
}
