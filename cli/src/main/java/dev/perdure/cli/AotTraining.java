package dev.perdure.cli;

import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.runtime.store.NativeLibrary;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Does once what a node does, so that the JVM notes which classes and methods it needs. Run by the
 * launcher with {@code -XX:AOTCacheOutput}.
 */
final class AotTraining {

  /** Not among the commands that a user sees. */
  static final String COMMAND = "aot-train";

  /** System property: the folder that gets what later starts need not unpack. */
  private static final String NATIVE = "perdure.native";

  private static final int ROUNDS = 100;
  private static final int BATCH_LINES = 16;
  private static final int NODES = 3;

  private AotTraining() {}

  static void run() throws IOException {
    NodeRun.parse("run", "--data", "data", "--set", "api.port=0");
    String folder = System.getProperty(NATIVE);
    if (folder != null) {
      NativeLibrary.copyTo(Path.of(folder));
    }
    TemporaryFolder data = TemporaryFolder.create("perdure-aot-");
    try {
      train(data.path());
      // A second time, on what the first left: recovery is part of every start.
      train(data.path());
      trainTogether(data.path());
    } finally {
      data.delete();
    }
  }

  private static void train(Path folder) throws IOException {
    try (Perdure node = Perdure.start(config(folder.resolve("data")), new LedgerService());
        NodeClient api = client(node.apiPort());
        NodeClient admin = client(node.adminPort())) {
      for (int round = 0; round < ROUNDS; round++) {
        commands(api, round);
        if (round % 10 == 0) {
          reads(api, round);
          mistakes(api);
          admin.exchange("GET", "/readyz", Map.of(), null);
        }
      }
      for (String path : List.of("/livez", "/startupz?verbose", "/metrics")) {
        admin.exchange("GET", path, Map.of(), null);
      }
    }
  }

  /** Three nodes in this process: what they say to each other is half of a cluster's code. */
  private static void trainTogether(Path folder) throws IOException {
    List<Perdure> nodes = new ArrayList<>();
    try {
      String first = "";
      for (int number = 1; number <= NODES; number++) {
        String address = "127.0.0.1:" + freePort();
        nodes.add(
            Perdure.start(
                config(folder.resolve("n" + number))
                    .with(Keys.CLUSTER, true)
                    .with(Keys.CLUSTER_ADDRESS, address)
                    .with(Keys.CLUSTER_JOIN, first),
                new LedgerService()));
        first = first.isEmpty() ? address : first;
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Perdure node : nodes) {
          try (NodeClient api = client(node.apiPort());
              NodeClient admin = client(node.adminPort())) {
            commands(api, round);
            reads(api, round);
            admin.exchange("GET", "/admin/v1/cluster", Map.of(), null);
          }
        }
      }
    } finally {
      nodes.reversed().forEach(Perdure::close);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ServerConfig config(Path data) {
    return ServerConfig.load(new ServerConfig.Sources(null, Map.of(), List.of()))
        .with(Keys.DATA_DIR, data)
        .with(Keys.API_PORT, 0)
        .with(Keys.ADMIN_PORT, 0);
  }

  private static NodeClient client(int port) {
    return new NodeClient(URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(30));
  }

  private static void commands(NodeClient api, int round) throws IOException {
    String account = "a-" + round % 50;
    BatchLine deposit = line(account, "deposit", new Deposit(100 + round, null), "d" + round);
    api.command(deposit);
    api.command(deposit);
    api.command(line(account, "withdraw", new Withdraw(1 + round, null), "w" + round));
    if (round % 20 == 0) {
      List<BatchLine> lines = new ArrayList<>();
      for (int i = 0; i < BATCH_LINES; i++) {
        lines.add(line("b-" + i, "deposit", new Deposit(1 + i, null), "b" + round));
      }
      api.batch(lines);
    }
  }

  private static BatchLine line(String account, String command, Object body, String key) {
    return new BatchLine("account", account, command, body, key);
  }

  private static void reads(NodeClient api, int round) throws IOException {
    String account = "a-" + round % 50;
    api.state("account", account);
    api.state("account", "nobody");
    api.events("account", account, 0);
    api.operation("account", account, "d" + round);
    api.exchange("GET", "/openapi.json", Map.of(), null);
  }

  /** What ends in a problem: rejections, preconditions, bodies that do not fit. */
  private static void mistakes(NodeClient api) throws IOException {
    api.command(line("a-1", "withdraw", new Withdraw(1L << 50, null), "too-much"));
    api.command(line("a-1", "deposit", Map.of("amount", -1), "negative"));
    api.command(line("a-1", "nonsense", Map.of(), "unknown"));
    api.exchange(
        "POST", "/v1/entities/account/a-1/deposit", Map.of("If-Match", "\"0\""), new byte[] {'{'});
  }
}
