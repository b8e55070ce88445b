package dev.perdure.cli.queue;

import dev.perdure.cli.node.ApiOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A queue as the API has it: what the commands that go there have in common. */
final class ApiQueue {

  @Mixin private ApiOptions api = new ApiOptions();

  @Parameters(index = "0", paramLabel = "QUEUE", description = "The queue's name.")
  private String queue = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose messages (default: the node's default tenant).")
  private @Nullable String tenant;

  /**
   * A request, repeated until its answer is final.
   *
   * @param below of the queue's path
   * @param body fields; null for a read
   * @param key operation id; null for none
   */
  Answer send(String below, @Nullable Map<String, Object> body, @Nullable String key) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (tenant != null) {
      headers.put("Perdure-Tenant", tenant);
    }
    if (key != null) {
      headers.put("Idempotency-Key", key);
    }
    String path = "/v1/queues/" + NodeClient.encode(queue) + below;
    byte[] bytes = body == null ? null : Output.jsonLine(body).getBytes(StandardCharsets.UTF_8);
    return api.send(client -> client.exchange(body == null ? "GET" : "POST", path, headers, bytes));
  }

  /** Prints what was answered, for people or programs, and gives the exit code. */
  int print(Answer answer) {
    JsonNode body = answer.body();
    if (api.json() || !answer.ok() || body == null) {
      return api.print(answer, null);
    }
    System.out.print(QueueTable.of(body));
    System.out.flush();
    return Exit.DONE;
  }

  /**
   * JSON as it was given; {@code -} stands for standard input.
   *
   * @throws CommandException if it is none
   */
  static JsonNode json(String given) {
    try {
      return given.equals("-")
          ? JsonMapper.shared().readTree(System.in.readAllBytes())
          : JsonMapper.shared().readTree(given);
    } catch (JacksonException e) {
      throw new CommandException(
          Exit.USAGE, "'" + given + "' is not JSON; a text needs double quotes inside of it.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
