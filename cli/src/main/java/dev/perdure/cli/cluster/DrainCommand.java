package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code cluster drain}. */
@Command(
    name = "drain",
    description = "Let a node lead nothing and hold nothing new; what it holds stays.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster drain 10.0.0.2:7402"})
final class DrainCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Parameters(paramLabel = "NODE", description = "Its id or the beginning of it, name or address.")
  private String node = "";

  @Override
  public Integer call() {
    JsonNode answer = admin.change("/nodes/" + admin.idOf(node) + "/drain");
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "it hands over what it leads; `perdure cluster status` shows when it has");
    return Exit.DONE;
  }
}
