package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code cluster serve}. */
@Command(
    name = "serve",
    description = "Let a drained node, or one that was to leave, serve again.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  perdure cluster serve 10.0.0.2:7402"})
final class ServeCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Parameters(paramLabel = "NODE", description = "Its id or the beginning of it, name or address.")
  private String node = "";

  @Override
  public Integer call() {
    JsonNode answer = admin.change("/nodes/" + admin.idOf(node) + "/serve");
    System.out.println(admin.json() ? Output.json(answer) : "it serves again");
    return Exit.DONE;
  }
}
