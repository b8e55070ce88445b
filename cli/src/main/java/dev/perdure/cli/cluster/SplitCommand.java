package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code cluster split}. */
@Command(
    name = "split",
    description = "Give half of a shard's slots to a new shard, while requests go on.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster split 0"})
final class SplitCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Parameters(paramLabel = "SHARD", description = "Its number.")
  private int shard;

  @Override
  public Integer call() {
    JsonNode answer = admin.change("/shards/" + shard + "/split");
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "a new shard begins, and slots go there; `perdure cluster status` shows how many are"
                + " left");
    return Exit.DONE;
  }
}
