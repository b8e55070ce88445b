package dev.perdure.cli.saga;

import dev.perdure.cli.terminal.Output;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code saga cancel}. */
@Command(
    name = "cancel",
    description = "End a saga by compensating what it did; nothing if it has ended.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  perdure saga cancel transfer t-1 --reason 'the customer changed his mind' --wait 10s"
    })
final class CancelCommand implements Callable<Integer> {

  @Mixin private ApiSaga saga = new ApiSaga();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Why; recorded with the saga.")
  private String reason = "";

  @Option(names = "--wait", paramLabel = "DURATION", description = "Wait so long for its end.")
  private @Nullable String wait;

  @Override
  public Integer call() {
    byte[] body = Output.jsonLine(Map.of("reason", reason)).getBytes(StandardCharsets.UTF_8);
    return saga.print(
        saga.send(new ApiSaga.Ask("POST", "/cancel", Map.of(), body), ApiSaga.wait(wait)));
  }
}
