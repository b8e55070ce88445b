package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.cli.terminal.Output;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cluster certs}: certificates for nodes, without a PKI. */
@Command(
    name = "certs",
    description = {
      "Make a node's certificate, and the authority that signs it if DIR has none.",
      "",
      "For development and for clusters without a PKI of their own. Run it once for each node with"
          + " the same DIR; run it again to renew one: a running node takes the new files by"
          + " itself. ca.key does not belong on a node: who has it can join the cluster."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed (nothing of an authority is ever written over), 2 usage.",
      "",
      "Examples:",
      "  perdure cluster certs --dir certs --host node1.example,10.0.0.1 --node node1",
      "  perdure cluster certs --dir certs --host localhost,127.0.0.1 --output json"
    })
final class CertsCommand implements Callable<Integer> {

  private static final int DAYS_MAX = 3650;

  /** A file's name on any system, and short enough for a common name (RFC 5280: 64). */
  private static final Pattern NODE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the authority and of all nodes' files; made if it is missing.")
  private Path dir = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      split = ",",
      required = true,
      description = "Every host name and IP address by which other nodes reach the node.")
  private List<String> hosts = List.of();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "Name of the node and of its files (default: the first host).")
  private @Nullable String node;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "397",
      description = "For how long the node's certificate is valid (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--cluster",
      paramLabel = "UUID",
      description = {
        "The cluster's id: nodes of other clusters then refuse the certificate (default: that of"
            + " the certificate it renews, or none)."
      })
  private @Nullable UUID cluster;

  @Option(
      names = "--output",
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How to print (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() {
    NodeFiles.Order order = order();
    Instant now = Instant.EPOCH.plus(Clock.system().wallMicros(), ChronoUnit.MICROS);
    CertsReport report;
    try {
      Authority authority = Authority.in(dir, now);
      NodeFiles files = NodeFiles.write(dir, order, authority, now);
      report = CertsReport.of(dir.toAbsolutePath().normalize(), order, authority, files);
    } catch (IOException e) {
      throw new CommandException(
          Exit.FAILED, "%s: a file could not be read or written (%s).".formatted(dir, e));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new CommandException(
          Exit.FAILED, "%s: no certificate could be made (%s).".formatted(dir, e));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(output == Output.JSON ? Output.json(report) : report.text());
    out.flush();
    return Exit.DONE;
  }

  private NodeFiles.Order order() {
    if (days < 1 || days > DAYS_MAX) {
      throw usage("--days is %d; 1 to %d is needed.".formatted(days, DAYS_MAX));
    }
    List<Host> parsed = new ArrayList<>();
    for (String host : hosts) {
      try {
        parsed.add(Host.parse(host));
      } catch (IllegalArgumentException e) {
        throw usage("--host: " + e.getMessage() + ".");
      }
    }
    String name = node == null ? hosts.getFirst() : node;
    if (!NODE.matcher(name).matches() || name.toLowerCase(Locale.ROOT).equals("ca")) {
      throw usage(
          "'%s' cannot be the name of a node's files; give --node with up to 64 letters, digits,"
                  .formatted(name)
              + " dots, hyphens and underscores, and not 'ca'.");
    }
    return new NodeFiles.Order(name, parsed, cluster, Duration.ofDays(days));
  }

  private static CommandException usage(String message) {
    return new CommandException(Exit.USAGE, message);
  }
}
