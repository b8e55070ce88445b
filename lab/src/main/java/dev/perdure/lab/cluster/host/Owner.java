package dev.perdure.lab.cluster.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that made something: told by its id and by when it started, since ids come again.
 *
 * @param pid process id
 * @param startTicks when it started, in clock ticks since the machine did
 */
public record Owner(long pid, long startTicks) {

  private static final String PREFIX = "perdure-lab-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,10})-([0-9]{1,18})-.+");

  /** Fields of {@code /proc/PID/stat} between the program's name and its start. */
  private static final int FIELDS_BEFORE_START = 19;

  /** This process. */
  public static Owner self() {
    long pid = ProcessHandle.current().pid();
    return new Owner(pid, startTicks(pid));
  }

  /** The owner in a name that {@link #name} gave; empty if the name is anyone else's. */
  public static Optional<Owner> of(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        ? Optional.of(new Owner(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  /** A name for something of this owner. */
  public String name(String what) {
    return PREFIX + pid + "-" + startTicks + "-" + what;
  }

  /** False if the process has ended. */
  public boolean alive() {
    return startTicks(pid) == startTicks;
  }

  private static long startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      // The name of the program stands in brackets and may hold blanks and brackets itself.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[FIELDS_BEFORE_START]);
    } catch (IOException e) {
      return -1;
    }
  }
}
