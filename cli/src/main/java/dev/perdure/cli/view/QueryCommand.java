package dev.perdure.cli.view;

import dev.perdure.cli.node.ApiOptions;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.http.Answer;
import dev.perdure.example.ledger.http.NodeClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code view query}. */
@Command(
    name = "query",
    description = {
      "Print rows of a view.",
      "",
      "A field is compared as in balance=0, balance.lt=0, .le, .gt, .ge or status.null=true. Fields that"
          + " are equal come first in an index, then the one of a range or of the order; 'view show'"
          + " names the indexes."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  perdure view query accounts balance.lt=0",
      "  perdure view query accounts currency=CZK --order -balance --limit 10",
      "  perdure view query accounts --all --output json",
      "  perdure view query accounts id=anna --covers account/anna/17"
    })
final class QueryCommand implements Callable<Integer> {

  @Mixin private ApiOptions api = new ApiOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "The view's name.")
  private String name = "";

  @Parameters(index = "1..*", paramLabel = "FIELD=VALUE", description = "What fields are to be.")
  private List<String> fields = List.of();

  @Option(
      names = "--order",
      paramLabel = "FIELD",
      description = "Order by a field; with a minus before it the last row first.")
  private @Nullable String order;

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "100",
      description = "How many rows at once, at most 1000 (default: ${DEFAULT-VALUE}).")
  private int limit = 100;

  @Option(names = "--page", paramLabel = "PAGE", description = "Go on behind an earlier answer.")
  private @Nullable String page;

  @Option(names = "--all", description = "Go on until there is nothing more.")
  private boolean all;

  @Option(
      names = "--covers",
      paramLabel = "TYPE/ID/VERSION",
      description = "Wait until the view shows this version of this entity, or a later one.")
  private @Nullable String covers;

  @Option(
      names = "--after",
      paramLabel = "POSITION",
      description = "Wait until the view has come to the position of an earlier answer.")
  private @Nullable String after;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose rows (default: the node's default tenant).")
  private @Nullable String tenant;

  @Override
  public Integer call() {
    StringBuilder query = new StringBuilder("?limit=" + limit);
    for (String field : fields) {
      int equals = field.indexOf('=');
      if (equals < 1) {
        throw new CommandException(
            Exit.USAGE, "'" + field + "' is no comparison; one such as balance.lt=0 is needed");
      }
      add(query, field.substring(0, equals), field.substring(equals + 1));
    }
    add(query, "order", order);
    add(query, "covers", covers);
    add(query, "after", after);
    Map<String, String> headers = tenant == null ? Map.of() : Map.of("Perdure-Tenant", tenant);
    String base = "/v1/views/" + NodeClient.encode(name);
    String next = page;
    boolean first = true;
    String standing = "";
    do {
      StringBuilder one = new StringBuilder(query);
      add(one, "page", next);
      Answer answer = api.send(client -> client.exchange("GET", base + one, headers, null));
      JsonNode body = answer.body();
      if (!answer.ok() || body == null || api.json()) {
        int code = api.print(answer, null);
        if (code != Exit.DONE || body == null) {
          return code;
        }
      } else {
        System.out.print(ViewTable.rows(body.path("rows"), first));
        standing = standing(body);
      }
      first = false;
      next = body.path("next").asString("");
    } while (all && !next.isEmpty());
    System.out.flush();
    if (!standing.isEmpty()) {
      System.err.println(standing);
    }
    if (!next.isEmpty() && !api.json()) {
      System.err.println("there is more: --page " + next);
    }
    return Exit.DONE;
  }

  private static String standing(JsonNode body) {
    return "position "
        + body.path("position").asString("")
        + (body.path("rebuilding").asBoolean(false)
            ? ", of rows as they were: the view is being made anew"
            : "");
  }

  private static void add(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query
          .append('&')
          .append(NodeClient.encode(name))
          .append('=')
          .append(NodeClient.encode(value));
    }
  }
}
