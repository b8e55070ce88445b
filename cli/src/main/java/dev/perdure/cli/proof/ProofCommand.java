package dev.perdure.cli.proof;

import dev.perdure.cli.overload.OverloadCommand;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code proof}: what takes too long for every change. */
@Command(
    name = "proof",
    description = "Show that the promises hold, at full length.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "(cascade | cluster | connect | growth | loans | outage | overload | restore | sagas"
            + " | upgrade)",
    footer = {
      "",
      "Examples:",
      "  ./perdure proof cascade --fault hang     (in a work tree)",
      "  ./perdure proof cluster --seconds 60",
      "  ./perdure proof connect --seconds 600    (in a work tree)",
      "  ./perdure proof growth",
      "  ./perdure proof loans dutch-bank-loan-applications.csv.gz --kills 10",
      "  ./perdure proof outage --nodes 3",
      "  ./perdure proof outage --pull            (in a work tree)",
      "  ./perdure proof overload --factor 5 --seconds 60",
      "  ./perdure proof restore --events 1000000",
      "  ./perdure proof sagas --transfers 20000 --kills 200",
      "  ./perdure proof upgrade"
    })
public final class ProofCommand implements Runnable {

  private static final String CASCADE = "dev.perdure.example.cascade.CascadeCommand";

  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * The command with its parts.
   *
   * @param clusters true if this build's nodes can form a cluster
   */
  public static CommandLine commandLine(boolean clusters) {
    CommandLine proof = new CommandLine(new ProofCommand());
    cascade().ifPresent(proof::addSubcommand);
    return proof
        .addSubcommand(new ClusterCommand(clusters))
        .addSubcommand(new GrowthCommand())
        .addSubcommand(new LoansCommand())
        .addSubcommand(new OutageCommand())
        .addSubcommand(new OverloadCommand())
        .addSubcommand(new RestoreCommand())
        .addSubcommand(new SagasCommand())
        .addSubcommand(new UpgradeCommand());
  }

  /**
   * The laboratory compares with another library, which is not on the class path of a release; the
   * launcher adds both in a work tree.
   */
  private static Optional<Object> cascade() {
    try {
      return Optional.of(Class.forName(CASCADE).getDeclaredConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(CASCADE + " is not a command", e);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which proof? There are: cascade, cluster, connect, growth, loans, outage, overload, restore,"
            + " sagas, upgrade");
  }
}
