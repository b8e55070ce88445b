package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.kernel.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code cluster drain}. */
@Command(
    name = "drain",
    description = "Let a node lead nothing and hold nothing new; what it holds stays.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 told, or with --wait: it leads nothing; 1 failed, 2 usage, 3 it still leads.",
      "",
      "Examples:",
      "  perdure cluster drain 10.0.0.2:7402",
      "  perdure cluster drain n2 --wait 60"
    })
final class DrainCommand implements Callable<Integer> {

  private static final long PAUSE_NS = 250_000_000;

  @Mixin private ClusterOptions admin = new ClusterOptions();

  @Parameters(paramLabel = "NODE", description = "Its id or the beginning of it, name or address.")
  private String node = "";

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "Wait until it leads nothing, for so long at most (default: do not wait).")
  private int waitSeconds;

  @Override
  public Integer call() {
    String id = admin.idOf(node);
    JsonNode answer = admin.change("/nodes/" + id + "/drain");
    if (waitSeconds > 0) {
      return await(id);
    }
    System.out.println(
        admin.json()
            ? Output.json(answer)
            : "it hands over what it leads; `perdure cluster status` shows when it has");
    return Exit.DONE;
  }

  private int await(String id) {
    Clock clock = Clock.system();
    long untilNs = clock.monotonicNs() + Duration.ofSeconds(waitSeconds).toNanos();
    List<Integer> led = led(id);
    while (!led.isEmpty() && clock.monotonicNs() < untilNs) {
      LockSupport.parkNanos(PAUSE_NS);
      led = led(id);
    }
    if (admin.json()) {
      System.out.println(Output.json(Map.of("node", id, "leads", led)));
    } else if (led.isEmpty()) {
      System.out.println("it leads nothing");
    } else {
      System.err.println(
          "after " + waitSeconds + " s it still leads shards " + led + "; is another node there?");
    }
    return led.isEmpty() ? Exit.DONE : Exit.CHECK_DID_NOT_HOLD;
  }

  private List<Integer> led(String id) {
    List<Integer> led = new ArrayList<>();
    for (JsonNode shard : admin.status().path("shards")) {
      if (shard.path("leader").asString().equals(id)) {
        led.add(shard.path("shard").asInt());
      }
    }
    return led;
  }
}
