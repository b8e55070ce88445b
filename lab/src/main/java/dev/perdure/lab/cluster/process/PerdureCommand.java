package dev.perdure.lab.cluster.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How {@code perdure} is started.
 *
 * @param line the program and its arguments, up to where {@code run} or another command follows
 */
public record PerdureCommand(List<String> line) {

  private static final int PROCESSORS_EACH = 2;

  /** Copies the line. */
  public PerdureCommand {
    line = List.copyOf(line);
  }

  /** With this process's own JVM, flags and class path. */
  public static PerdureCommand ofThisProcess(String mainClass) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!flag.startsWith("-agentlib:") && !flag.startsWith("-javaagent:")) {
        line.add(flag);
      }
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    return new PerdureCommand(line);
  }

  /**
   * As one of several processes on this machine. Where they have too few processors for it, they do
   * without the thorough compiler: what it takes of each of them in its first minute would be most
   * of what there is.
   */
  public PerdureCommand amongst(int processes) {
    boolean enough = Runtime.getRuntime().availableProcessors() >= PROCESSORS_EACH * processes;
    if (processes == 1 || enough) {
      return this;
    }
    List<String> frugal = new ArrayList<>(line);
    frugal.add(1, "-XX:TieredStopAtLevel=1");
    return new PerdureCommand(frugal);
  }

  /** The line with more arguments. */
  public List<String> with(List<String> arguments) {
    List<String> all = new ArrayList<>(line);
    all.addAll(arguments);
    return all;
  }
}
