package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code test}: the launcher's work; here only its description. */
@Command(
    name = "test",
    description = "Build with all checks and run all tests. Needs the sources.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./perdure test"})
final class TestCommand implements Runnable {

  @Unmatched private String[] ignored = {};

  @Override
  public void run() {
    throw new CommandException(
        Exit.USAGE,
        "test builds and needs the sources: clone the repository and run ./perdure test there.");
  }
}
