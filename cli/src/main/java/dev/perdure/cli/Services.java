package dev.perdure.cli;

import dev.perdure.api.Service;
import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import dev.perdure.example.ledger.LedgerService;
import dev.perdure.example.loans.LoansService;
import dev.perdure.runtime.StartException;
import dev.perdure.server.ServiceJars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The services that a command works with. */
final class Services {

  /** The examples, by the name under which they are served instead of a jar. */
  private static final Map<String, Supplier<Service>> EXAMPLES =
      Map.of("ledger", () -> new LedgerService(), "loans", () -> new LoansService());

  private Services() {}

  /** Those of the examples, jars and folders, or the bundled ledger when none is given. */
  static List<Service> load(List<Path> paths) {
    List<Service> all = new ArrayList<>(examples(paths));
    List<Path> jars = jars(paths);
    if (jars.isEmpty()) {
      return all;
    }
    try {
      all.addAll(ServiceJars.load(jars));
      return all;
    } catch (StartException e) {
      throw new CommandException(Exit.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** The examples that are named, or the ledger if nothing is named. */
  static List<Service> examples(List<Path> paths) {
    return paths.isEmpty()
        ? List.of(new LedgerService())
        : EXAMPLES.entrySet().stream()
            .filter(one -> paths.stream().anyMatch(path -> isExample(path, one.getKey())))
            .map(one -> one.getValue().get())
            .toList();
  }

  /** What is no example. */
  static List<Path> jars(List<Path> paths) {
    return paths.stream()
        .filter(path -> EXAMPLES.keySet().stream().noneMatch(name -> isExample(path, name)))
        .toList();
  }

  /** A jar or folder of that name is meant rather than the example. */
  private static boolean isExample(Path path, String name) {
    return path.toString().equals(name) && !Files.exists(path);
  }
}
