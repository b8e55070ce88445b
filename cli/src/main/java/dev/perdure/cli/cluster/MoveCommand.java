package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code cluster move}. */
@Command(
    name = "move",
    description = {
      "Move slots from the shard that has them to another, while requests go on.",
      "",
      "With --cancel a move is called back: slots that have not arrived stay where they are. So is a"
          + " split: 'cluster status' says which move it is."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure cluster move --slots 0-511 --to 1",
      "  perdure cluster move --cancel 3"
    })
final class MoveCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @ArgGroup(multiplicity = "1")
  private Asked asked = new Asked();

  /** One or the other. */
  static final class Asked {
    @ArgGroup(exclusive = false)
    private @Nullable Begun begun;

    @Option(
        names = "--cancel",
        paramLabel = "MOVE",
        description = "Number of a move that is under way.")
    private long cancel;
  }

  /** What goes where. */
  static final class Begun {
    @Option(
        names = "--slots",
        paramLabel = "A-B",
        required = true,
        description = "The first slot and the last, of one shard; 0 to 4095.")
    private String slots = "";

    @Option(
        names = "--to",
        paramLabel = "SHARD",
        required = true,
        description = "Number of the shard that gets them.")
    private int to;
  }

  @Override
  public Integer call() {
    Begun begun = asked.begun;
    return begun == null ? cancel() : begin(begun.slots, begun.to);
  }

  private int cancel() {
    JsonNode answer = admin.change("/moves/" + asked.cancel + "/cancel");
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "what has not arrived stays; `perdure cluster status` shows when it has ended");
    return Exit.DONE;
  }

  private int begin(String slots, int to) {
    if (!slots.matches("\\d{1,4}(-\\d{1,4})?")) {
      throw new CommandException(
          Exit.USAGE, "--slots is '" + slots + "'; two numbers such as 0-511 are needed");
    }
    String range = slots.contains("-") ? slots : slots + "-" + slots;
    JsonNode answer = admin.change("/shards/" + to + "/slots/" + range);
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "they are on their way; `perdure cluster status` shows how many are left");
    return Exit.DONE;
  }
}
