package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code cluster finalize}: ends an upgrade. */
@Command(
    name = "finalize",
    description = {
      "End an upgrade: let all nodes write what the new build can write.",
      "",
      "There is no way back to the older build then. It is refused unless every node answers and"
          + " runs a build that supports it. A node alone is asked in the same way."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 in force, 1 refused, 69 no node answers.",
      "",
      "Example:",
      "  perdure cluster finalize --admin http://10.0.0.1:7401"
    })
final class FinalizeCommand implements Callable<Integer> {

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Override
  public Integer call() {
    JsonNode answer = admin.change("/finalize");
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "done; `perdure cluster status` shows the level that is in force");
    return Exit.DONE;
  }
}
