package dev.perdure.cli.backup;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code backup}: makes backups, and looks after them. */
@Command(
    name = "backup",
    description = "Back up a running node or cluster, and look after what was backed up.",
    subcommands = {CreateCommand.class, ListCommand.class, VerifyCommand.class, PruneCommand.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(create | list | verify | prune)",
    footer = {
      "",
      "Examples:",
      "  perdure backup create --to /backup/ledger --incremental",
      "  perdure backup list --from /backup/ledger",
      "  perdure backup verify --from /backup/ledger",
      "  perdure restore --from /backup/ledger --data data"
    })
public final class BackupCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "create, list, verify or prune is needed");
  }
}
