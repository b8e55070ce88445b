package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Option;

/**
 * Nodes of one cluster on this machine, each a process of its own: where their data is and on which
 * ports they listen.
 */
final class LocalNodes {

  static final int NODES_MAX = 9;
  private static final int PORTS_EACH = 10;
  private static final int PORT_MAX = 65_000;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "perdure-cluster",
      description = "Where data and logs of all nodes are kept (default: ${DEFAULT-VALUE}).")
  private Path dir = Path.of("perdure-cluster");

  @Option(
      names = "--api-port",
      paramLabel = "N",
      defaultValue = "7400",
      description = "Port of the first node's API (default: ${DEFAULT-VALUE}).")
  private int apiPort;

  /** How many nodes there are by what is in the folder. */
  int count() {
    int count = 0;
    while (Files.isDirectory(folder(count + 1))) {
      count++;
    }
    return count;
  }

  private Path folder(int number) {
    return dir.toAbsolutePath().normalize().resolve("n" + number);
  }

  /** Runs nodes, from a number through another, until this process is asked to end. */
  void run(int from, int through) throws IOException, InterruptedException {
    if (apiPort < 1 || apiPort > PORT_MAX) {
      throw new CommandException(
          Exit.USAGE, "--api-port is %d; 1 to %d is needed.".formatted(apiPort, PORT_MAX));
    }
    List<Supervised> all = new ArrayList<>();
    for (int number = from; number <= through; number++) {
      Files.createDirectories(folder(number));
      all.add(new Supervised("n" + number, folder(number), through, options(number, through)));
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  all.forEach(Supervised::end);
                  all.forEach(Supervised::awaitEnd);
                  ended.countDown();
                },
                "stop-nodes"));
    all.forEach(Supervised::start);
    for (int number = from; number <= through; number++) {
      int port = port(number);
      System.err.printf(
          "perdure: n%d: API http://127.0.0.1:%d, admin http://127.0.0.1:%d, log %s%n",
          number, port, port + 1, all.get(number - from).log());
    }
    System.err.printf(
        "perdure: see how it is with: perdure cluster status --admin http://127.0.0.1:%d%n",
        apiPort + 1);
    ended.await();
  }

  private int port(int number) {
    return apiPort + PORTS_EACH * (number - 1);
  }

  private String address(int number) {
    return "127.0.0.1:" + (port(number) + 2);
  }

  private List<String> options(int number, int nodes) {
    List<String> others = new ArrayList<>();
    for (int other = 1; other <= nodes; other++) {
      if (other != number) {
        others.add(address(other));
      }
    }
    List<String> options = new ArrayList<>(List.of("--cluster", "--node-address", address(number)));
    options.addAll(List.of("--api-port", String.valueOf(port(number))));
    options.addAll(List.of("--admin-port", String.valueOf(port(number) + 1)));
    options.addAll(List.of("--set", "cluster.name=n" + number));
    // All share this machine's processors: fewer and larger entries leave them more for the rest.
    options.addAll(List.of("--set", "entries.in-flight-max=1"));
    if (number == 1) {
      options.addAll(List.of("--set", "shards=" + Math.max(nodes, 1)));
    } else {
      options.addAll(List.of("--join", String.join(",", others)));
    }
    return options;
  }
}
