package dev.perdure.cli.queue;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.NodeClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What operators do with queues, on the admin port. */
final class OperatorCommands {

  private static final String PATH = "/admin/v1/queues";

  private OperatorCommands() {}

  private static int print(AdminOptions admin, JsonNode answer) {
    System.out.print(admin.json() ? Output.json(answer) + "\n" : QueueTable.of(answer));
    System.out.flush();
    return Exit.DONE;
  }

  /** {@code queue list}. */
  @Command(
      name = "list",
      description = {
        "List queues with what they hold.",
        "",
        "Counts are those of the shards that the asked node leads."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure queue list --output json"})
  static final class List implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Override
    public Integer call() {
      return print(admin, admin.send("GET", PATH, null));
    }
  }

  /** {@code queue show}. */
  @Command(
      name = "show",
      description = "Show one queue: its limits, and what it holds in each shard.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure queue show reviews"})
  static final class Show implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue's name.")
    private String queue = "";

    @Override
    public Integer call() {
      return print(admin, admin.send("GET", PATH + "/" + NodeClient.encode(queue), null));
    }
  }

  /** {@code queue dead}. */
  @Command(
      name = "dead",
      description = {
        "List dead letters.",
        "",
        "They are those of the shards that the asked node leads; in a cluster ask each."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure queue dead reviews",
        "  perdure queue dead reviews --all-tenants"
      })
  static final class Dead implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue's name.")
    private String queue = "";

    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        description = "Whose (default: the node's default tenant).")
    private @Nullable String tenant;

    @Option(names = "--all-tenants", description = "Those of all tenants.")
    private boolean allTenants;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "How many at most, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit = 100;

    @Option(names = "--after", paramLabel = "MESSAGE", description = "Those behind this one.")
    private @Nullable String after;

    @Override
    public Integer call() {
      StringBuilder path = new StringBuilder(PATH + "/" + NodeClient.encode(queue) + "/dead");
      path.append("?limit=").append(limit);
      if (after != null) {
        path.append("&after=").append(NodeClient.encode(after));
      }
      if (allTenants) {
        path.append("&all_tenants=true");
      } else if (tenant != null) {
        path.append("&tenant=").append(NodeClient.encode(tenant));
      }
      return print(admin, admin.send("GET", path.toString(), null));
    }
  }

  /** Which dead letters. */
  static final class Letters {
    @Option(names = "--message", paramLabel = "ID", description = "One.")
    private @Nullable String message;

    @Option(names = "--all", description = "All of the tenant, where the asked node leads.")
    private boolean all;

    String named() {
      return all || message == null ? "all" : message;
    }
  }

  /** What all decisions have in common. */
  abstract static class Decision implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue's name.")
    private String queue = "";

    @ArgGroup(multiplicity = "1")
    private Letters letters = new Letters();

    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        description = "Whose (default: the node's default tenant).")
    private @Nullable String tenant;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; recorded with who decided.")
    private String reason = "";

    abstract String decision();

    @Override
    public Integer call() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("message", letters.named());
      body.put("reason", reason);
      String whose = tenant == null ? "" : "?tenant=" + NodeClient.encode(tenant);
      String path = PATH + "/" + NodeClient.encode(queue) + "/" + decision() + whose;
      return print(
          admin, admin.send("POST", path, Output.jsonLine(body).getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** {@code queue replay}. */
  @Command(
      name = "replay",
      description = "Have dead letters tried again, with all their attempts.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure queue replay reviews --message MESSAGE --reason 'the worker was mended'",
        "  perdure queue replay reviews --all --reason 'the worker was mended'"
      })
  static final class Replay extends Decision {
    @Override
    String decision() {
      return "replay";
    }
  }

  /** {@code queue discard}. */
  @Command(
      name = "discard",
      description = "Forget dead letters.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure queue discard reviews --all --reason 'test messages'"})
  static final class Discard extends Decision {
    @Override
    String decision() {
      return "discard";
    }
  }
}
