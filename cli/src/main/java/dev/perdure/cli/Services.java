package dev.perdure.cli;

import dev.perdure.api.Service;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.runtime.StartException;
import dev.perdure.server.ServiceJars;
import java.nio.file.Path;
import java.util.List;

/** The services that a command works with. */
final class Services {

  private Services() {}

  /** Those of the jars and folders, or the bundled ledger when none is given. */
  static List<Service> load(List<Path> paths) {
    if (paths.isEmpty()) {
      return List.of(new LedgerService());
    }
    try {
      return ServiceJars.load(paths);
    } catch (StartException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
