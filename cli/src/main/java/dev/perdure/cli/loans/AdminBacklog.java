package dev.perdure.cli.loans;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.loans.replay.Backlog;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks all nodes, since each knows of the shards that it leads. */
public final class AdminBacklog implements Backlog.Source {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> REACTIONS = List.of("offers", "work");
  private static final List<String> STATES = List.of("ready", "delayed", "leased", "dead");

  private final List<URI> admins;

  /** Of the nodes with these admin ports. */
  public AdminBacklog(List<URI> admins) {
    this.admins = List.copyOf(admins);
  }

  @Override
  public @Nullable Backlog now() {
    long unreacted = 0;
    long letters = 0;
    long messages = 0;
    for (URI admin : admins) {
      try (NodeClient client = new NodeClient(admin, REQUEST_TIMEOUT)) {
        for (String reaction : REACTIONS) {
          JsonNode said = get(client, "/admin/v1/subscriptions/" + reaction);
          unreacted += sum(said, "lag");
          letters += sum(said, "dead_letters");
        }
        JsonNode queue = get(client, "/admin/v1/queues/work");
        letters += sum(queue, "dead");
        messages += STATES.stream().mapToLong(state -> sum(queue, state)).sum();
      } catch (IOException e) {
        return null;
      }
    }
    return new Backlog(unreacted, letters, messages);
  }

  private static JsonNode get(NodeClient client, String path) throws IOException {
    Answer answer = client.exchange("GET", path, Map.of(), null);
    JsonNode body = answer.body();
    if (answer.ok() && body != null) {
      return body;
    }
    if (answer.retriable()) {
      throw new IOException(answer.status() + " " + answer.code());
    }
    throw new CommandException(
        Exit.FAILED,
        "%s%s answers %d %s: %s"
            .formatted(client.base(), path, answer.status(), answer.code(), answer.detail()));
  }

  private static long sum(JsonNode said, String field) {
    long sum = 0;
    for (JsonNode shard : said.path("shards")) {
      sum += Math.max(0, shard.path(field).asLong(0));
    }
    return sum;
  }
}
