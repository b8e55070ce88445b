package dev.perdure.cli.terminal;

import dev.perdure.lab.cluster.process.PerdureCommand;
import java.util.List;

/** This program, to be started once more as a process of its own. */
public final class ThisProgram {

  private ThisProgram() {}

  /** By name: the commands are built on their parts, not the other way round. */
  private static final String MAIN = "dev.perdure.cli.Main";

  /**
   * How it is started, with this JVM, its flags and its class path.
   *
   * @param processes how many of them there will be on this machine
   */
  public static PerdureCommand command(int processes) {
    return PerdureCommand.ofThisProcess(MAIN).amongst(processes);
  }

  /** The command line with other arguments. */
  public static List<String> commandLine(int processes, List<String> arguments) {
    return command(processes).with(arguments);
  }
}
