package dev.perdure.cli.saga;

import dev.perdure.cli.node.ApiOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.kernel.Clock;
import dev.perdure.server.config.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** A saga as the API has it: what the commands that go there have in common. */
final class ApiSaga {

  /** No single request waits longer, so that a connection does not look dead. */
  private static final Duration WAIT_STEP = Duration.ofSeconds(15);

  private static final Clock CLOCK = Clock.system();

  @Mixin private ApiOptions api = new ApiOptions();
  @Mixin private SagaAddress address = new SagaAddress();

  /**
   * A request about the saga, repeated until its answer is final, and then a wait for its end.
   *
   * @param wait at most; zero for none
   */
  Answer send(Ask ask, Duration wait) {
    long endNs = CLOCK.monotonicNs() + wait.toNanos();
    Answer answer = exchange(ask, wait);
    while (answer.ok() && goesOn(answer) && left(endNs).toSeconds() > 0) {
      answer = exchange(new Ask("GET", "", Map.of(), null), left(endNs));
    }
    return answer;
  }

  /**
   * A request.
   *
   * @param below of the saga's path; empty for the saga itself
   * @param headers of this request alone
   * @param body JSON; null for none
   */
  record Ask(String method, String below, Map<String, String> headers, byte @Nullable [] body) {}

  private Answer exchange(Ask ask, Duration wait) {
    Map<String, String> headers = address.headers();
    headers.putAll(ask.headers());
    if (wait.toSeconds() > 0) {
      Duration step = wait.compareTo(WAIT_STEP) > 0 ? WAIT_STEP : wait;
      headers.put("Prefer", "wait=" + step.toSeconds());
    }
    String path = address.path() + ask.below();
    return api.send(client -> client.exchange(ask.method(), path, headers, ask.body()));
  }

  private static Duration left(long endNs) {
    return Duration.ofNanos(Math.max(0, endNs - CLOCK.monotonicNs()));
  }

  private static boolean goesOn(Answer answer) {
    String status = answer.text("status");
    return status.equals("running") || status.equals("compensating");
  }

  /** Prints where the saga stands, or why the request was refused, and gives the exit code. */
  int print(Answer answer) {
    JsonNode saga = answer.body();
    if (api.json() || !answer.ok() || saga == null) {
      return api.print(answer, null);
    }
    System.out.print(SagaTable.of(saga));
    System.out.flush();
    return Exit.DONE;
  }

  /**
   * A time as it was given; zero if it was not.
   *
   * @throws CommandException if it is none
   */
  static Duration wait(@Nullable String given) {
    if (given == null) {
      return Duration.ZERO;
    }
    Duration wait = Units.duration(given);
    if (wait == null) {
      throw new CommandException(
          Exit.USAGE, "--wait is '" + given + "'; it must be " + Units.DURATION_FORM + ".");
    }
    // The API counts in seconds; who waits for less would not wait at all.
    return wait.isZero() || wait.toSeconds() > 0 ? wait : Duration.ofSeconds(1);
  }

  /** JSON as it was given; {@code -} stands for standard input. */
  static byte[] json(String given) {
    try {
      return given.equals("-") ? System.in.readAllBytes() : given.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
