package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code cluster remove}. */
@Command(
    name = "remove",
    description = "Move everything away from a node and forget it.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster remove 10.0.0.2:7402"})
final class RemoveCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Parameters(paramLabel = "NODE", description = "Its id or the beginning of it, name or address.")
  private String node = "";

  @Override
  public Integer call() {
    JsonNode answer = admin.change("/nodes/" + admin.idOf(node) + "/leave");
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "its replicas move away, then it is forgotten; `perdure cluster status` shows how far it is");
    return Exit.DONE;
  }
}
