package dev.perdure.cli.terminal;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be started once more as a process of its own. */
public final class ThisProgram {

  private ThisProgram() {}

  /** The command line with this JVM, its flags and its class path, and other arguments. */
  public static List<String> commandLine(List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!flag.startsWith("-agentlib:") && !flag.startsWith("-javaagent:")) {
        line.add(flag);
      }
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add("dev.perdure.cli.Main");
    line.addAll(arguments);
    return line;
  }
}
