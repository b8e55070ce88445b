package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code cluster move}. */
@Command(
    name = "move",
    description = "Move slots from the shard that has them to another, while requests go on.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster move --slots 0-511 --to 1"})
final class MoveCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

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

  @Override
  public Integer call() {
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
