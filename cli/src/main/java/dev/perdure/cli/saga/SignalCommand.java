package dev.perdure.cli.saga;

import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.kernel.Entropy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code saga signal}. */
@Command(
    name = "signal",
    description = {
      "Deliver a signal to a saga.",
      "",
      "One that nobody waits for yet is kept until somebody does."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure saga signal loan l-7 approved '{\"by\": \"anna\"}'",
      "  perdure saga signal loan l-7 approved '{\"by\": \"anna\"}' --key decision-7"
    })
final class SignalCommand implements Callable<Integer> {

  @Mixin private ApiSaga saga = new ApiSaga();

  @Parameters(index = "2", paramLabel = "NAME", description = "The signal's name.")
  private String name = "";

  @Parameters(
      index = "3",
      paramLabel = "JSON",
      arity = "0..1",
      defaultValue = "null",
      description = "Its body (default: ${DEFAULT-VALUE}; - reads standard input).")
  private String body = "null";

  @Option(
      names = "--key",
      paramLabel = "ID",
      description = "Operation id, to make repeating safe (default: a new one).")
  private @Nullable String key;

  @Override
  public Integer call() {
    String operationId = key == null ? Entropy.system().uuid().toString() : key;
    ApiSaga.Ask ask =
        new ApiSaga.Ask(
            "POST",
            "/signals/" + NodeClient.encode(name),
            Map.of("Idempotency-Key", operationId),
            ApiSaga.json(body));
    return saga.print(saga.send(ask, Duration.ZERO));
  }
}
