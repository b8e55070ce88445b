package dev.perdure.cli;

import dev.perdure.cli.terminal.TemporaryFolder;
import dev.perdure.example.ledger.AccountCommand.Deposit;
import dev.perdure.example.ledger.AccountCommand.Withdraw;
import dev.perdure.example.ledger.http.BatchLine;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.store.NativeLibrary;
import dev.perdure.server.Perdure;
import dev.perdure.server.config.Keys;
import dev.perdure.server.config.ServerConfig;
import dev.perdure.server.systemd.Supervisor;
import dev.perdure.server.telemetry.Logs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

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
  private static final Map<String, String> WAIT = Map.of("Prefer", "wait=10");
  private static final JsonMapper JSON = new JsonMapper();

  private AotTraining() {}

  static void run() throws IOException {
    NodeRun.parse("run", "--data", "data", "--set", "api.port=0");
    String folder = System.getProperty(NATIVE);
    if (folder != null) {
      NativeLibrary.copyTo(Path.of(folder));
    }
    TemporaryFolder temporary = TemporaryFolder.create("perdure-aot-");
    try (TrainingWorld world = new TrainingWorld()) {
      Path data = temporary.path().resolve("data");
      Path crashed = temporary.path().resolve("crashed");
      train(data, world, crashed);
      // On what a crash would have left, and on what a stop did: recovery is part of every start.
      attempt(() -> train(crashed, world, null));
      attempt(() -> train(data, world, null));
      attempt(() -> trainCommand(temporary.path().resolve("command")));
      attempt(() -> trainTogether(temporary.path(), world));
    } finally {
      temporary.delete();
    }
  }

  private interface Part {
    void run() throws IOException;
  }

  /** What the first node taught is worth keeping when a later part fails. */
  private static void attempt(Part part) {
    try {
      part.run();
    } catch (IOException | RuntimeException e) {
      System.err.println("perdure: a part of the training failed: " + e);
    }
  }

  private static void train(Path data, TrainingWorld world, @Nullable Path copy)
      throws IOException {
    try (Perdure node = Perdure.start(config(data), world.ledger());
        NodeClient api = client(node.apiPort());
        NodeClient admin = client(node.adminPort())) {
      for (int round = 0; round < ROUNDS; round++) {
        commands(api, round);
        if (round % 10 == 0) {
          reads(api, round);
          mistakes(api);
          processes(api, round);
          admin.exchange("GET", "/readyz", Map.of(), null);
        }
      }
      for (String path : List.of("/livez", "/startupz?verbose", "/metrics")) {
        admin.exchange("GET", path, Map.of(), null);
      }
      if (copy != null) {
        attempt(() -> copy(data, copy));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /**
   * All that the command line does around a node: a class of it that is missing in the cache is
   * looked for in one jar after the other. Without what the user has set, which may be a cluster,
   * and without sagas: the ledger that the command line serves asks the world of the environment.
   */
  private static void trainCommand(Path data) throws IOException {
    ConfigSource.file(null);
    ServerConfig config = config(data);
    Logs.install(config);
    try (var _ = Supervisor.connect(Map.of(), Clock.system());
        Perdure node = NodeRun.start(config);
        NodeClient api = client(node.apiPort())) {
      commands(api, ROUNDS);
    }
  }

  /** Three nodes in this process: what they say to each other is half of a cluster's code. */
  private static void trainTogether(Path folder, TrainingWorld world) throws IOException {
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
                world.ledger()));
        first = first.isEmpty() ? address : first;
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Perdure node : nodes) {
          try (NodeClient api = client(node.apiPort());
              NodeClient admin = client(node.adminPort())) {
            commands(api, round);
            reads(api, round);
            if (round % 50 == 0) {
              processes(api, round);
            }
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

  /**
   * Sagas that complete, that abort and that undo what they did, and what is over several shards.
   */
  private static void processes(NodeClient api, int round) throws IOException {
    String from = "a-" + round % 50;
    String to = "b-" + round % BATCH_LINES;
    for (long amount : List.of(1L, TrainingWorld.FRAUD, 1L << 50)) {
      byte[] order = JSON.writeValueAsBytes(Map.of("from", from, "to", to, "amount", amount));
      String saga = "/v1/sagas/transfer/t-" + round + "-" + amount;
      api.exchange("PUT", saga, WAIT, order);
      api.exchange("GET", saga, WAIT, null);
    }
    Map<String, Object> amount = Map.of("amount", 1);
    byte[] both =
        JSON.writeValueAsBytes(
            Map.of(
                "commands",
                List.of(
                    Map.of("type", "account", "id", from, "command", "withdraw", "body", amount),
                    Map.of("type", "account", "id", to, "command", "deposit", "body", amount))));
    api.exchange("POST", "/v1/transactions", Map.of("Idempotency-Key", "both-" + round), both);
    api.exchange("GET", "/v1/views/accounts?balance.ge=1", Map.of(), null);
    api.exchange("GET", "/v1/streams/account?limit=10", Map.of(), null);
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
