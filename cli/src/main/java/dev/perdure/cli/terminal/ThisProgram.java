package dev.perdure.cli.terminal;

import dev.perdure.lab.cluster.process.PerdureCommand;
import java.util.List;

/** This program, to be started once more as a process of its own. */
public final class ThisProgram {

  private ThisProgram() {}

  /** By name: the commands are built on their parts, not the other way round. */
  private static final String MAIN = "dev.perdure.cli.Main";

  /**
   * The command line with this JVM, its flags and its class path, and other arguments.
   *
   * @param processes how many of them there will be on this machine
   */
  public static List<String> commandLine(int processes, List<String> arguments) {
    return PerdureCommand.ofThisProcess(MAIN).amongst(processes).with(arguments);
  }
}
