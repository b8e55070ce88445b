package dev.perdure.cli.stream;

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

/** What there is below {@code subscription}. */
final class SubscriptionCommands {

  private static final String PATH = "/admin/v1/subscriptions";

  private SubscriptionCommands() {}

  /** {@code subscription list}. */
  @Command(
      name = "list",
      description = {
        "List subscriptions and reactions.",
        "",
        "Lag and counts are those of the shards that the asked node leads; '-' if it leads none."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure subscription list --output json"})
  static final class List implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Override
    public Integer call() {
      JsonNode all = admin.send("GET", PATH, null);
      System.out.print(
          admin.json()
              ? Output.json(all) + "\n"
              : SubscriptionTable.list(all.path("subscriptions")));
      System.out.flush();
      return Exit.DONE;
    }
  }

  /** What all that are about one subscription have in common. */
  abstract static class One implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The subscription's name.")
    private String name = "";

    /** The decision; empty for none. */
    abstract String decision();

    /** Says more about the decision. */
    void fill(Map<String, Object> body) {}

    @Override
    public Integer call() {
      String path = PATH + "/" + NodeClient.encode(name);
      JsonNode seen;
      if (decision().isEmpty()) {
        seen = admin.send("GET", path, null);
      } else {
        Map<String, Object> body = new LinkedHashMap<>();
        fill(body);
        seen =
            admin.send(
                "POST",
                path + "/" + decision(),
                Output.jsonLine(body).getBytes(StandardCharsets.UTF_8));
      }
      System.out.print(admin.json() ? Output.json(seen) + "\n" : SubscriptionTable.of(seen));
      System.out.flush();
      return Exit.DONE;
    }
  }

  /** {@code subscription show}. */
  @Command(
      name = "show",
      description = "Show one subscription: how far it got in each shard, and its dead letters.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure subscription show mailer"})
  static final class Show extends One {
    @Override
    String decision() {
      return "";
    }
  }

  /** One with a reason. */
  abstract static class Reasoned extends One {
    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; recorded with who decided.")
    private String reason = "";

    @Override
    void fill(Map<String, Object> body) {
      body.put("reason", reason);
    }
  }

  /** {@code subscription pause}. */
  @Command(
      name = "pause",
      description = "Let a subscription rest, in every shard, until it is resumed.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure subscription pause mailer --reason 'the mail server moves'"
      })
  static final class Pause extends Reasoned {
    @Override
    String decision() {
      return "pause";
    }
  }

  /** {@code subscription resume}. */
  @Command(
      name = "resume",
      description = "Let a subscription that was paused go on.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure subscription resume mailer"})
  static final class Resume extends One {
    @Override
    String decision() {
      return "resume";
    }
  }

  /** {@code subscription rewind}. */
  @Command(
      name = "rewind",
      description = {
        "Deliver events again, or leave events out: go on somewhere else.",
        "",
        "A reaction that is rewound does nothing again that it did within the time that operation ids"
            + " are remembered; older effects it repeats."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure subscription rewind mailer --time 2026-03-01T08:00:00Z --reason 'mails were lost'",
        "  perdure subscription rewind mailer --beginning --reason 'a new search index'"
      })
  static final class Rewind extends Reasoned {
    @ArgGroup(multiplicity = "1")
    private To to = new To();

    @Override
    String decision() {
      return "rewind";
    }

    @Override
    void fill(Map<String, Object> body) {
      super.fill(body);
      if (to.beginning) {
        body.put("to", "beginning");
      }
      if (to.time != null) {
        body.put("time", to.time);
      }
      if (to.position != null) {
        body.put("position", to.position);
      }
    }
  }

  /** Where to go on. */
  static final class To {
    @Option(names = "--beginning", description = "With the first event there is.")
    private boolean beginning;

    @Option(
        names = "--time",
        paramLabel = "TIME",
        description = "With events of then or later, such as 2026-03-01T08:00:00Z.")
    private @Nullable String time;

    @Option(
        names = "--position",
        paramLabel = "POSITION",
        description = "Behind a position that an event of the stream had.")
    private @Nullable String position;
  }

  /** Which dead letters. */
  static final class Letters {
    @Option(names = "--letter", paramLabel = "LETTER", description = "One, as 'show' names it.")
    private @Nullable String letter;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    void fill(Map<String, Object> body) {
      body.put("letter", all || letter == null ? "all" : letter);
    }
  }

  /** {@code subscription replay}. */
  @Command(
      name = "replay",
      description = "Have dead letters tried again.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  perdure subscription replay mailer --letter default/account/anna/3",
        "  perdure subscription replay mailer --all"
      })
  static final class Replay extends One {
    @ArgGroup(multiplicity = "1")
    private Letters letters = new Letters();

    @Override
    String decision() {
      return "replay";
    }

    @Override
    void fill(Map<String, Object> body) {
      letters.fill(body);
    }
  }

  /** {@code subscription discard}. */
  @Command(
      name = "discard",
      description = "Forget dead letters; their events stay in the history.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure subscription discard mailer --all --reason 'test mails'"
      })
  static final class Discard extends Reasoned {
    @ArgGroup(multiplicity = "1")
    private Letters letters = new Letters();

    @Override
    String decision() {
      return "discard";
    }

    @Override
    void fill(Map<String, Object> body) {
      super.fill(body);
      letters.fill(body);
    }
  }
}
