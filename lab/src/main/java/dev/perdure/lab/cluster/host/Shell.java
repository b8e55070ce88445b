package dev.perdure.lab.cluster.host;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the system, one after the other. */
public final class Shell {

  private static final long SECONDS_MAX = 60;

  private Shell() {}

  /** How a command ended and what it printed, on both streams. */
  public record Result(int exit, String output) {}

  /**
   * Runs a command.
   *
   * @return what it printed
   * @throws LabException if it does not end with 0
   */
  public static String run(String... command) {
    return run(List.of(command), "");
  }

  /**
   * Runs a command.
   *
   * @param input for its standard input
   * @return what it printed
   * @throws LabException if it does not end with 0
   */
  public static String run(List<String> command, String input) {
    Result result = attempt(command, input);
    if (result.exit() != 0) {
      throw new LabException(
          "'%s' ended with %d: %s"
              .formatted(String.join(" ", command), result.exit(), result.output().strip()));
    }
    return result.output();
  }

  /** Runs a command that may fail. */
  public static Result attempt(List<String> command, String input) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      // Reading ends when the command does, so the deadline has to be kept from elsewhere.
      Thread deadline = Thread.ofVirtual().start(() -> endLate(process));
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading: its exit code tells.
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      deadline.interrupt();
      return new Result(exit, output);
    } catch (IOException e) {
      throw new LabException("'" + command.getFirst() + "' cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while '" + command.getFirst() + "' ran", e);
    }
  }

  private static void endLate(Process process) {
    try {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // The command ended in time.
    }
  }

  /** True if a program of this name is on the PATH. */
  public static boolean has(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
