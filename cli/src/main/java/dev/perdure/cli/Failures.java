package dev.perdure.cli;

import dev.perdure.cli.terminal.CommandException;
import dev.perdure.cli.terminal.Exit;
import java.io.PrintWriter;

/** What is said when a command fails. */
final class Failures {

  private static final String TRACE = "perdure.trace";

  private Failures() {}

  /** Says it, and gives the exit code. */
  static int print(Exception problem, PrintWriter err) {
    if (problem instanceof CommandException known) {
      err.println("perdure: " + known.getMessage());
      err.flush();
      return known.exit();
    }
    err.println("perdure: " + problem);
    if (Boolean.getBoolean(TRACE)) {
      problem.printStackTrace(err);
    } else {
      err.println("PERDURE_OPTS=-D" + TRACE + "=true shows where.");
    }
    err.flush();
    return Exit.FAILED;
  }
}
