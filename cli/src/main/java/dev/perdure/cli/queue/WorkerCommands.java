package dev.perdure.cli.queue;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.server.config.Units;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What senders and workers do with a queue. */
final class WorkerCommands {

  private WorkerCommands() {}

  /** {@code queue send}. */
  @Command(
      name = "send",
      description = "Put a message on a queue.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure queue send reviews '{\"loan\": 7}'",
        "  perdure queue send reviews '{\"loan\": 7}' --key loan-7 --priority 0 --delay 10m"
      })
  static final class Send implements Callable<Integer> {
    @Mixin private ApiQueue queue = new ApiQueue();

    @Parameters(
        index = "1",
        paramLabel = "JSON",
        description = "The message (- reads standard input).")
    private String body = "";

    @Option(
        names = "--key",
        paramLabel = "ID",
        description = "Sent again under the same, it is the same message (default: a new one).")
    private @Nullable String key;

    @Option(
        names = "--priority",
        paramLabel = "0..7",
        description = "0 is the most urgent (default: 3).")
    private @Nullable Integer priority;

    @Option(
        names = "--delay",
        paramLabel = "DURATION",
        description = "It is not leased before this is over.")
    private @Nullable String delay;

    @Override
    public Integer call() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("body", ApiQueue.json(body));
      put(fields, "priority", priority);
      put(fields, "delay", delay);
      String operationId = key == null ? Entropy.system().uuid().toString() : key;
      return queue.print(queue.send("/messages", fields, operationId));
    }
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  /** {@code queue lease}. */
  @Command(
      name = "lease",
      description = {
        "Lease messages of a queue.",
        "",
        "Each comes with its lease, which ack, nack and extend want. Without one of these the message"
            + " goes to another worker when the lease is over."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure queue lease reviews --wait 20s",
        "  perdure queue lease reviews --max 10 --for 5m --worker desk-3 --output json"
      })
  static final class Lease implements Callable<Integer> {
    private static final Duration WAIT_STEP = Duration.ofSeconds(15);
    private static final Clock CLOCK = Clock.system();

    @Mixin private ApiQueue queue = new ApiQueue();

    @Option(
        names = "--max",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many at most, up to 100 (default: ${DEFAULT-VALUE}).")
    private int max = 1;

    @Option(
        names = "--for",
        paramLabel = "DURATION",
        description = "How long (default: the queue's own).")
    private @Nullable String time;

    @Option(names = "--wait", paramLabel = "DURATION", description = "Wait so long for one.")
    private @Nullable String wait;

    @Option(names = "--worker", paramLabel = "NAME", description = "Who leases, for people.")
    private @Nullable String worker;

    @Option(names = "--all-tenants", description = "Messages of all tenants, in turn.")
    private boolean allTenants;

    @Override
    public Integer call() {
      Duration asked = wait == null ? Duration.ZERO : Units.duration(wait);
      if (asked == null) {
        throw new CommandException(
            Exit.USAGE, "--wait is '" + wait + "'; it must be " + Units.DURATION_FORM + ".");
      }
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("max", max);
      put(fields, "lease", time);
      put(fields, "worker", worker);
      if (allTenants) {
        fields.put("all_tenants", true);
      }
      long endNs = CLOCK.monotonicNs() + asked.toNanos();
      Answer answer;
      do {
        Duration left = Duration.ofNanos(Math.max(0, endNs - CLOCK.monotonicNs()));
        // No single request waits longer, so that a connection does not look dead.
        Duration step = left.compareTo(WAIT_STEP) > 0 ? WAIT_STEP : left;
        fields.put("wait", step.toMillis() + "ms");
        answer = queue.send("/lease", fields, null);
      } while (answer.ok() && nothing(answer) && CLOCK.monotonicNs() < endNs);
      return queue.print(answer);
    }

    private static boolean nothing(Answer answer) {
      return answer.body() == null || answer.body().path("messages").isEmpty();
    }
  }

  /** What all that are about a leased message have in common. */
  abstract static class Said implements Callable<Integer> {
    @Mixin private ApiQueue queue = new ApiQueue();

    @Parameters(index = "1", paramLabel = "MESSAGE", description = "The message's id.")
    private String message = "";

    @Parameters(index = "2", paramLabel = "LEASE", description = "The lease it came with.")
    private String lease = "";

    abstract String what();

    abstract void fill(Map<String, Object> fields);

    @Override
    public Integer call() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("lease", lease);
      fill(fields);
      String path = "/messages/" + NodeClient.encode(message) + "/" + what();
      return queue.print(queue.send(path, fields, null));
    }
  }

  /** {@code queue ack}. */
  @Command(
      name = "ack",
      description = "Say that a leased message is done.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure queue ack reviews MESSAGE LEASE",
        "  perdure queue ack reviews MESSAGE LEASE --result '{\"approved\": true}'"
      })
  static final class Ack extends Said {
    @Option(
        names = "--result",
        paramLabel = "JSON",
        description = "For the saga that sent it (- reads standard input).")
    private @Nullable String result;

    @Override
    String what() {
      return "ack";
    }

    @Override
    void fill(Map<String, Object> fields) {
      put(fields, "result", result == null ? null : ApiQueue.json(result));
    }
  }

  /** {@code queue nack}. */
  @Command(
      name = "nack",
      description = "Give a leased message back, to be tried again.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure queue nack reviews MESSAGE LEASE --delay 10m --reason 'the register is closed'"
      })
  static final class Nack extends Said {
    @Option(
        names = "--delay",
        paramLabel = "DURATION",
        description = "Before it is leased again (default: what the queue's retry says).")
    private @Nullable String delay;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people.")
    private @Nullable String reason;

    @Option(names = "--dead", description = "Make it a dead letter at once.")
    private boolean dead;

    @Override
    String what() {
      return "nack";
    }

    @Override
    void fill(Map<String, Object> fields) {
      put(fields, "delay", delay);
      put(fields, "reason", reason);
      if (dead) {
        fields.put("dead", true);
      }
    }
  }

  /** {@code queue extend}. */
  @Command(
      name = "extend",
      description = "Keep a leased message for longer.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure queue extend reviews MESSAGE LEASE --for 10m"})
  static final class Extend extends Said {
    @Option(
        names = "--for",
        paramLabel = "DURATION",
        description = "How long from now on (default: the queue's own).")
    private @Nullable String time;

    @Override
    String what() {
      return "extend";
    }

    @Override
    void fill(Map<String, Object> fields) {
      put(fields, "time", time);
    }
  }
}
