package dev.perdure.lab.powercut;

import dev.perdure.kernel.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Starts processes under the recorder. Stateless; any thread. */
public final class PowerCut {

  /** A process that wants to mark something writes to the file of this name in its root. */
  public static final String MARK_FILE = ".powercut-mark";

  /** In the environment of a recorded process: its root. A process not recorded has none. */
  public static final String ROOT_VARIABLE = "PERDURE_POWERCUT_ROOT";

  /**
   * In the environment of a recorded process, if it is set there: a pattern (as in fnmatch, so that
   * {@code *} also stands for slashes) of paths below the root whose syncs are left out. They
   * succeed without being done or recorded: what a check must catch if it is worth anything.
   */
  public static final String UNSYNCED_VARIABLE = "PERDURE_POWERCUT_UNSYNCED";

  private static final String TRACE_VARIABLE = "PERDURE_POWERCUT_TRACE";
  static final String PRELOAD_VARIABLE = "LD_PRELOAD";

  private PowerCut() {}

  /** Why power cuts cannot be recorded on this machine, or empty. */
  public static Optional<String> unavailable() {
    return RecorderLibrary.unavailable();
  }

  /** Records into a file beside the root, named after it with {@code .trace} appended. */
  public static Recording record(ProcessBuilder subject, Path root) throws IOException {
    return record(subject, root, root.resolveSibling(root.getFileName() + ".trace"));
  }

  /**
   * Starts a process, and every process it starts in turn, under the recorder.
   *
   * <p>What the root holds already is taken for safely on the disk, so that an image can be
   * recovered under the recorder and cut again.
   *
   * @param subject any dynamically linked program; its environment is added to
   * @param root the directory whose files are recorded; created if absent; on one file system
   * @param trace outside the root; replaced if present. It holds all that is written: a memory file
   *     system is fastest.
   */
  public static Recording record(ProcessBuilder subject, Path root, Path trace) throws IOException {
    Path realRoot = Files.createDirectories(root).toRealPath();
    Path realTrace = trace.toAbsolutePath().normalize();
    Check.argument(
        !realTrace.startsWith(realRoot), "the trace " + trace + " is inside the root " + root);
    Map<String, String> environment =
        Map.of(
            PRELOAD_VARIABLE, RecorderLibrary.path().toString(),
            ROOT_VARIABLE, realRoot.toString(),
            TRACE_VARIABLE, realTrace.toString());
    TraceFile file = TraceFile.create(realTrace);
    try {
      Baseline.append(realRoot, file);
      return new Recording(subject, environment, file, new Recording.Place(realRoot, realTrace));
    } catch (IOException | RuntimeException failed) {
      file.close();
      throw failed;
    }
  }
}
