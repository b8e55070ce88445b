package dev.perdure.cli.mode;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.NodeClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code capabilities}. */
@Command(
    name = "capabilities",
    description = {
      "Show the node's mode, its capabilities and its dependencies.",
      "",
      "A capability is degraded while something that it needs is not there, or because an operator"
          + " said so; what happens then was declared. What is forced is forced on the one node that"
          + " is asked, until it is released or the node is stopped."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      CapabilitiesCommand.Force.class,
      CapabilitiesCommand.Release.class,
      CapabilitiesCommand.ForceMode.class,
      CapabilitiesCommand.ReleaseMode.class
    },
    footer = {
      "",
      "Examples:",
      "  perdure capabilities",
      "  perdure capabilities --output json",
      "  perdure capabilities force notifications --reason 'the gateway is being moved'",
      "  perdure capabilities release notifications --reason 'it has moved'",
      "  perdure capabilities force-mode read-only --reason 'an audit'"
    })
public final class CapabilitiesCommand implements Callable<Integer> {

  private static final String PATH = "/admin/v1/mode";

  @Mixin private AdminOptions admin = new AdminOptions();

  @Override
  public Integer call() {
    return print(admin, admin.send("GET", PATH, null));
  }

  private static int print(AdminOptions admin, JsonNode all) {
    System.out.print(admin.json() ? Output.json(all) + "\n" : CapabilitiesTable.of(all));
    System.out.flush();
    return Exit.DONE;
  }

  /** A decision with its reason. */
  abstract static class Decision implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; logged with who decided.")
    private String reason = "";

    /** Behind the path of the mode. */
    abstract String path();

    /** Says more about the decision. */
    void fill(Map<String, Object> body) {}

    @Override
    public Integer call() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("reason", reason);
      fill(body);
      byte[] json = Output.jsonLine(body).getBytes(StandardCharsets.UTF_8);
      return print(admin, admin.send("POST", PATH + path(), json));
    }
  }

  /** About one capability. */
  abstract static class OfOne extends Decision {
    @Parameters(index = "0", paramLabel = "NAME", description = "The capability's name.")
    private String name = "";

    abstract String decision();

    @Override
    String path() {
      return "/capabilities/" + NodeClient.encode(name) + "/" + decision();
    }
  }

  /** {@code capabilities force}. */
  @Command(
      name = "force",
      description = "Put the degraded form of a capability in force.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure capabilities force notifications --reason 'the gateway is being moved'"
      })
  static final class Force extends OfOne {
    @Override
    String decision() {
      return "force";
    }
  }

  /** {@code capabilities release}. */
  @Command(
      name = "release",
      description = "Take that back.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure capabilities release notifications --reason 'it has moved'"
      })
  static final class Release extends OfOne {
    @Override
    String decision() {
      return "release";
    }
  }

  /** {@code capabilities force-mode}. */
  @Command(
      name = "force-mode",
      description = "Put the node into a mode at least as bad as this.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure capabilities force-mode read-only --reason 'an audit'"})
  static final class ForceMode extends Decision {
    @Parameters(index = "0", paramLabel = "MODE", description = "brownout, island or read-only.")
    private String mode = "";

    @Override
    String path() {
      return "/force";
    }

    @Override
    void fill(Map<String, Object> body) {
      body.put("mode", mode);
    }
  }

  /** {@code capabilities release-mode}. */
  @Command(
      name = "release-mode",
      description = "Take that back.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure capabilities release-mode --reason 'it is over'"})
  static final class ReleaseMode extends Decision {
    @Override
    String path() {
      return "/release";
    }
  }
}
