package dev.perdure.cli.saga;

import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.http.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code saga start}. */
@Command(
    name = "start",
    description = {
      "Start a saga, or see the one of this id.",
      "",
      "Its id is its operation id: starting it again with the same input is harmless."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 completed or on its way, 1 refused, compensated or parked, 2 usage, 69 service"
          + " unavailable.",
      "",
      "Examples:",
      "  perdure saga start transfer t-1 '{\"from\": \"anna\", \"to\": \"bert\", \"amount\": 5}'",
      "  perdure saga start transfer t-2 - --wait 5s < transfer.json"
    })
final class StartCommand implements Callable<Integer> {

  @Mixin private ApiSaga saga = new ApiSaga();

  @Parameters(
      index = "2",
      paramLabel = "JSON",
      arity = "0..1",
      defaultValue = "{}",
      description = "The input's fields (default: ${DEFAULT-VALUE}; - reads standard input).")
  private String input = "{}";

  @Option(names = "--wait", paramLabel = "DURATION", description = "Wait so long for its end.")
  private @Nullable String wait;

  @Override
  public Integer call() {
    ApiSaga.Ask ask = new ApiSaga.Ask("PUT", "", Map.of(), ApiSaga.json(input));
    Answer answer = saga.send(ask, ApiSaga.wait(wait));
    int printed = saga.print(answer);
    boolean failed =
        switch (answer.text("status")) {
          case "compensating", "compensated", "parked" -> true;
          default -> false;
        };
    return failed ? Exit.FAILED : printed;
  }
}
