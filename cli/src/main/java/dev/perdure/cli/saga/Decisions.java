package dev.perdure.cli.saga;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person decides about a parked saga. */
final class Decisions {

  private Decisions() {}

  /** What all decisions have in common. */
  abstract static class Decision implements Callable<Integer> {

    @Mixin private AdminOptions admin = new AdminOptions();
    @Mixin private SagaAddress address = new SagaAddress();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "Why; recorded with the saga, and with who decided.")
    private String reason = "";

    private final String name;

    Decision(String name) {
      this.name = name;
    }

    /** Adds what this decision brings beside its reason. */
    void fill(Map<String, Object> body) {}

    @Override
    public Integer call() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("reason", reason);
      fill(body);
      JsonNode saga =
          admin.send(
              "POST",
              address.decisionPath(name),
              Output.jsonLine(body).getBytes(StandardCharsets.UTF_8));
      System.out.print(admin.json() ? Output.json(saga) + "\n" : SagaTable.of(saga));
      System.out.flush();
      return Exit.DONE;
    }
  }

  /** {@code saga retry}. */
  @Command(
      name = "retry",
      description = "Try the step or compensation again at which a saga is parked.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure saga retry transfer t-1 --reason 'the fraud check is back'"
      })
  static final class Retry extends Decision {
    Retry() {
      super("retry");
    }
  }

  /** {@code saga skip}. */
  @Command(
      name = "skip",
      description = "Take the step or compensation as done at which a saga is parked.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure saga skip transfer t-1 --reason 'paid back by hand, voucher 17'"
      })
  static final class Skip extends Decision {
    Skip() {
      super("skip");
    }
  }

  /** {@code saga provide}. */
  @Command(
      name = "provide",
      description = "Give the result of the step at which a saga is parked.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure saga provide transfer t-1 '{\"approved\": true, \"reason\": \"\"}' --reason 'asked"
            + " by telephone'"
      })
  static final class Provide extends Decision {

    @Parameters(
        index = "2",
        paramLabel = "JSON",
        description = "The result (- reads standard input).")
    private String result = "";

    Provide() {
      super("provide");
    }

    @Override
    void fill(Map<String, Object> body) {
      try {
        body.put("result", JsonMapper.shared().readTree(ApiSaga.json(result)));
      } catch (JacksonException e) {
        throw new CommandException(
            Exit.USAGE, "the result is not JSON: " + e.getOriginalMessage() + ".");
      }
    }
  }

  /** {@code saga compensate}. */
  @Command(
      name = "compensate",
      description = "Give up a parked saga and undo what it did.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  perdure saga compensate transfer t-1 --reason 'nobody knows whether it was fraud'"
      })
  static final class Compensate extends Decision {
    Compensate() {
      super("compensate");
    }
  }
}
