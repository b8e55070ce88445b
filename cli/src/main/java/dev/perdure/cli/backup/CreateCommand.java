package dev.perdure.cli.backup;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.imports.ProgressLine;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code backup create}. */
@Command(
    name = "create",
    description = {
      "Back up everything, while it works.",
      "",
      "The node that is asked writes to a directory of its own machine, also what other nodes lead."
          + " All that was acknowledged before is in it. Ctrl-C ends it; what an interrupted one left"
          + " is removed by the next."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 usage, 69 no node answers.",
      "",
      "Examples:",
      "  perdure backup create --to /backup/ledger",
      "  perdure backup create --to /backup/ledger --incremental --output json"
    })
final class CreateCommand implements Callable<Integer> {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final String PATH = "/admin/v1/backup";
  private static final long POLL_NS = 100_000_000;
  private static final Duration SILENCE_MAX = Duration.ofMinutes(1);
  private static final long AGAIN_NS = 500_000_000;
  private static final int MIB = 1 << 20;
  private static final int MIB_PER_SECOND_MAX = 1 << 20;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = {"Directory of backups on the node's machine; made if its parent exists."})
  private Path to = Path.of("");

  @Option(
      names = "--incremental",
      description = "Copy only what earlier backups in the directory did not bring.")
  private boolean incremental;

  @Option(
      names = "--rate",
      paramLabel = "MIB",
      defaultValue = "64",
      description = "MiB a second at most (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = {"--admin", "--url"},
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:7401",
      description = "The admin port of any node (default: ${DEFAULT-VALUE}).")
  private URI admin = URI.create("http://127.0.0.1:7401");

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the result (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  private final Clock clock = Clock.system();
  private volatile String progress = "";
  private volatile boolean running;

  @Override
  public Integer call() {
    if (admin.getHost() == null || admin.getScheme() == null) {
      throw new CommandException(
          Exit.USAGE,
          "--admin is '" + admin + "'; an address such as http://127.0.0.1:7401 is needed");
    }
    if (rate < 1 || rate > MIB_PER_SECOND_MAX) {
      throw new CommandException(
          Exit.USAGE, "--rate is %d; 1 to %d is needed".formatted(rate, MIB_PER_SECOND_MAX));
    }
    try (NodeClient client = new NodeClient(admin, REQUEST_TIMEOUT)) {
      JsonNode made = run(client);
      if (output == Output.JSON) {
        System.out.println(Output.json(made));
      } else {
        print(made);
      }
      return Exit.DONE;
    } catch (IOException e) {
      throw new CommandException(
          Exit.UNAVAILABLE, "no node answers at " + admin + "; name another one with --admin.");
    }
  }

  private JsonNode run(NodeClient client) throws IOException {
    Map<String, Object> wanted =
        Map.of(
            "to",
            to.toAbsolutePath().normalize().toString(),
            "incremental",
            incremental,
            "bytes_per_second",
            (long) rate * MIB);
    JsonNode begun = begin(client, Output.jsonLine(wanted).getBytes(StandardCharsets.UTF_8));
    running = true;
    Thread cancel = new Thread(this::cancel, "cancel-backup");
    Runtime.getRuntime().addShutdownHook(cancel);
    ProgressLine line = ProgressLine.start(() -> progress);
    JsonNode status = begun;
    try {
      while (status.path("running").asBoolean()) {
        progress =
            "%,d MiB read; %s"
                .formatted(
                    status.path("bytes_read").asLong() / MIB, status.path("doing").asString());
        LockSupport.parkNanos(POLL_NS);
        status = status(client);
        requireSame(begun, status);
      }
    } finally {
      // Only a signal ends the backup: that this command fails is no reason.
      running = false;
      line.close();
    }
    return made(status);
  }

  private static JsonNode made(JsonNode status) {
    String problem = status.path("problem").asString();
    if (!problem.isEmpty()) {
      throw new CommandException(Exit.FAILED, problem);
    }
    JsonNode made = status.path("made");
    if (made.path("id").asString().isEmpty()) {
      throw new CommandException(
          Exit.FAILED, "the node does not say that a backup was made; see its log");
    }
    return made;
  }

  private void requireSame(JsonNode begun, JsonNode status) {
    if (!status.path("run").asString().equals(begun.path("run").asString())) {
      throw new CommandException(
          Exit.FAILED,
          "the node does not say what became of this backup: it was started anew, or has begun"
              + " another one; see perdure backup list --from "
              + to);
    }
  }

  /** The command was interrupted, and with it goes the backup. */
  private void cancel() {
    if (!running) {
      return;
    }
    try (NodeClient client = new NodeClient(admin, REQUEST_TIMEOUT)) {
      client.exchange("DELETE", PATH, Map.of(), null);
      System.err.println("perdure: the backup was ended; nothing of it counts");
    } catch (IOException e) {
      System.err.println("perdure: the node does not answer any more");
    }
  }

  private static JsonNode begin(NodeClient client, byte[] wanted) throws IOException {
    Answer answer = client.exchange("POST", PATH, Map.of(), wanted);
    JsonNode said = answer.body();
    if (!answer.ok() || said == null) {
      throw new CommandException(Exit.FAILED, answer.detail());
    }
    return said;
  }

  /** How it is; the node may be busy for a while, and the backup goes on. */
  private JsonNode status(NodeClient client) {
    long endNs = clock.monotonicNs() + SILENCE_MAX.toNanos();
    while (true) {
      String problem;
      try {
        Answer answer = client.exchange("GET", PATH, Map.of(), null);
        JsonNode said = answer.body();
        if (answer.ok() && said != null) {
          return said;
        }
        problem = answer.status() + " " + answer.detail();
      } catch (IOException e) {
        problem = e.toString();
      }
      if (clock.monotonicNs() - endNs >= 0) {
        throw new CommandException(
            Exit.UNAVAILABLE,
            ("the node at %s has not said for %d s how the backup is (%s);"
                    + " it may go on: see perdure backup list --from %s")
                .formatted(admin, SILENCE_MAX.toSeconds(), problem, to));
      }
      LockSupport.parkNanos(AGAIN_NS);
    }
  }

  private static void print(JsonNode made) {
    System.out.printf(
        Locale.ROOT,
        "backup %s: %,d bytes, %,d of them new, hash %s%n",
        made.path("id").asString(),
        made.path("bytes").asLong(),
        made.path("added_bytes").asLong(),
        made.path("hash").asString());
    for (JsonNode shard : made.path("shards")) {
      System.out.printf(
          "  shard %s at %s:%s, hash %s%n",
          shard.path("shard").asString(),
          shard.path("term").asString(),
          shard.path("index").asString(),
          shard.path("hash").asString());
    }
  }
}
