package dev.perdure.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code run}: a node in the foreground. Reads what {@link NodeRun#parse} does not, and explains
 * itself.
 */
@Command(
    name = "run",
    description = {
      "Start a node.",
      "",
      "It serves the services in the given jars, or the examples ledger and loans by name; with none"
          + " given, the ledger. SIGTERM or Ctrl-C drains it: no new work, what was taken is"
          + " finished."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 drained and stopped, 1 could not start, 2 usage or configuration.",
      "",
      "Examples:",
      "  perdure run --data data",
      "  perdure run --data data --services services/ --config perdure.yaml",
      "  perdure run --data data --api-port 8400 --admin-port 8401 --set command.timeout=2s"
    })
final class RunCommand implements Callable<Integer> {

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory; made if its parent exists (default: perdure-data).")
  private @Nullable String data;

  @Option(
      names = "--api-port",
      paramLabel = "N",
      description = "Port of the API; 0 takes any free one (default: 7400).")
  private @Nullable String apiPort;

  @Option(
      names = "--admin-port",
      paramLabel = "N",
      description = "Port for health, metrics and administration (default: 7401).")
  private @Nullable String adminPort;

  @Option(
      names = "--services",
      paramLabel = "JAR|DIR,…",
      description =
          "Jars with services, folders of such jars, or the examples ledger and loans (default:"
              + " ledger).")
  private @Nullable String services;

  @Option(
      names = "--cluster",
      description = "Be a node of a cluster: the first of a new one, unless --join names others.")
  private boolean cluster;

  @Option(
      names = "--node-address",
      paramLabel = "HOST:PORT",
      description = "Where other nodes reach this one (default: 127.0.0.1:7402).")
  private @Nullable String nodeAddress;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT,…",
      description = "Nodes of the cluster to join.")
  private @Nullable String join;

  @Option(
      names = "--insecure",
      description = "Listen beyond loopback although there is neither TLS nor authentication.")
  private boolean insecure;

  @Option(
      names = "--accept-clock",
      description = "Start although the clock is far behind the last time stamp; for once.")
  private boolean acceptClock;

  @Override
  public Integer call() {
    List<String> sets = new ArrayList<>(config.sets());
    sets.addAll(overrides());
    return new NodeRun(config.file(), sets).execute();
  }

  /** True if this build's nodes can form a cluster. */
  static boolean knowsClusters() {
    return new CommandLine(new RunCommand()).getCommandSpec().findOption("--cluster") != null;
  }

  private List<String> overrides() {
    List<String> sets = new ArrayList<>();
    add(sets, "data.dir", data);
    add(sets, "api.port", apiPort);
    add(sets, "admin.port", adminPort);
    add(sets, "services", services);
    add(sets, "cluster.enabled", cluster ? "true" : null);
    add(sets, "cluster.address", nodeAddress);
    add(sets, "cluster.join", join);
    add(sets, "insecure", insecure ? "true" : null);
    add(sets, "clock.accept", acceptClock ? "true" : null);
    return sets;
  }

  private static void add(List<String> sets, String key, @Nullable String value) {
    if (value != null) {
      sets.add(key + "=" + value);
    }
  }
}
