package dev.perdure.example.ledger.imports;

import dev.perdure.example.ledger.http.NodeClient;
import dev.perdure.example.ledger.http.Patience;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options that {@code import} and {@code verify} share. */
final class NodeOptions {

  /** How a report is printed. */
  enum Output {
    TABLE,
    JSON
  }

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      description =
          "Comma separated, with trans_id, account_id, direction, amount, stated_balance.")
  private @Nullable Path file;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:7400",
      description = "The node's API (default: ${DEFAULT-VALUE}).")
  private URI url = URI.create("http://127.0.0.1:7400");

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "Requests under way at a time (default: ${DEFAULT-VALUE}).")
  private int concurrency = 16;

  @Option(
      names = "--give-up-after",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "How long to go on repeating while the node does not answer (default: ${DEFAULT-VALUE}).")
  private int giveUpAfterSeconds = 120;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the report there too, as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print the report (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  Path file() {
    if (file == null) {
      throw new ParameterException(spec.commandLine(), "FILE is missing");
    }
    return file;
  }

  int concurrency() {
    if (concurrency < 1 || concurrency > ImportOptions.LANES_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--concurrency is " + concurrency + "; 1 to " + ImportOptions.LANES_MAX + " is needed");
    }
    return concurrency;
  }

  NodeClient client() {
    if (url.getHost() == null || url.getScheme() == null || !url.getScheme().startsWith("http")) {
      throw new ParameterException(
          spec.commandLine(),
          "--url is '" + url + "'; an address such as http://127.0.0.1:7400 is needed");
    }
    return new NodeClient(url, REQUEST_TIMEOUT);
  }

  Patience patience() {
    return Patience.of(Duration.ofSeconds(Math.max(0, giveUpAfterSeconds)));
  }

  @Nullable Path report() {
    return report;
  }

  Output output() {
    return output;
  }
}
