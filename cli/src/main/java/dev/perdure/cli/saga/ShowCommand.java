package dev.perdure.cli.saga;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code saga show}. */
@Command(
    name = "show",
    description = "Show where a saga stands: its steps, and its result or why it failed.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure saga show transfer t-1",
      "  perdure saga show transfer t-1 --wait 1m --output json"
    })
final class ShowCommand implements Callable<Integer> {

  @Mixin private ApiSaga saga = new ApiSaga();

  @Option(names = "--wait", paramLabel = "DURATION", description = "Wait so long for its end.")
  private @Nullable String wait;

  @Override
  public Integer call() {
    return saga.print(saga.send(new ApiSaga.Ask("GET", "", Map.of(), null), ApiSaga.wait(wait)));
  }
}
