package dev.perdure.cli;

import dev.perdure.cli.terminal.Exit;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The entry point of {@code perdure}.
 *
 * <p>Starting a node is a matter of tenths of a second, and reading a command line with picocli
 * takes some: its classes are of a format that no start-up cache holds. So a plain {@code run}, and
 * the training of that cache, go past it.
 */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    // JSON is UTF-8 whatever the locale says, and so are today's terminals.
    System.setOut(utf8(FileDescriptor.out));
    System.setErr(utf8(FileDescriptor.err));
    System.exit(execute(args));
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int execute(String... args) {
    String command = args.length == 0 ? "" : args[0];
    try {
      if (command.equals(AotTraining.COMMAND)) {
        AotTraining.run();
        return Exit.DONE;
      }
      NodeRun run = command.equals("run") ? NodeRun.parse(args) : null;
      return run == null ? Commands.commandLine(args).execute(args) : run.execute();
    } catch (Exception e) {
      return Failures.print(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
  }
}
