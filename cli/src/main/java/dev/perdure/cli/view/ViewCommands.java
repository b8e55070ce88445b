package dev.perdure.cli.view;

import dev.perdure.cli.node.AdminOptions;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.example.ledger.http.NodeClient;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What of {@code view} is on the admin port. */
final class ViewCommands {

  private static final String PATH = "/admin/v1/views";

  private ViewCommands() {}

  /** {@code view list}. */
  @Command(
      name = "list",
      description = {
        "List views: their rows, how far they are behind, and whether they are made anew.",
        "",
        "Each node keeps its own; the figures are those of the node that is asked."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure view list --output json"})
  static final class List implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Override
    public Integer call() {
      JsonNode all = admin.send("GET", PATH, null);
      System.out.print(admin.json() ? Output.json(all) + "\n" : ViewTable.list(all.path("views")));
      System.out.flush();
      return Exit.DONE;
    }
  }

  /** What those have in common that are about one view. */
  abstract static class One implements Callable<Integer> {
    @Mixin private AdminOptions admin = new AdminOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The view's name.")
    private String name = "";

    abstract JsonNode ask(AdminOptions at, String path);

    @Override
    public Integer call() {
      JsonNode seen = ask(admin, PATH + "/" + NodeClient.encode(name));
      System.out.print(admin.json() ? Output.json(seen) + "\n" : ViewTable.of(seen));
      System.out.flush();
      return Exit.DONE;
    }
  }

  /** {@code view show}. */
  @Command(
      name = "show",
      description =
          "Show one view: its fields and indexes, how far it is in each shard, and the entities that"
              + " its code fails for.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure view show accounts"})
  static final class Show extends One {
    @Override
    JsonNode ask(AdminOptions at, String path) {
      return at.send("GET", path, null);
    }
  }

  /** {@code view rebuild}. */
  @Command(
      name = "rebuild",
      description = {
        "Make all rows of a view anew on the node that is asked; those there answer until then.",
        "",
        "Other code of the view or of its entity does that by itself."
      },
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  perdure view rebuild accounts"})
  static final class Rebuild extends One {
    @Override
    JsonNode ask(AdminOptions at, String path) {
      return at.send("POST", path + "/rebuild", "{}".getBytes(StandardCharsets.UTF_8));
    }
  }
}
