package dev.perdure.lab.powercut;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One or more processes under the recorder. Thread-safe. Closing it kills them; the trace stays.
 *
 * <p>Killing is not a power cut: the recording only ends there. The cuts are made afterwards, from
 * the trace.
 */
public final class Recording implements AutoCloseable {

  /** Where it happens and where it is told. */
  record Place(Path root, Path trace) {}

  private final Map<String, String> environment;
  private final TraceFile file;
  private final Place place;
  private final Process process;
  private final List<Process> processes = new CopyOnWriteArrayList<>();

  Recording(ProcessBuilder subject, Map<String, String> environment, TraceFile file, Place place)
      throws IOException {
    this.environment = environment;
    this.file = file;
    this.place = place;
    this.process = start(subject);
  }

  /** The first process. */
  public Process process() {
    return process;
  }

  /**
   * Starts one more process into the same trace, such as another node with its data below the same
   * root: a cut then takes the power from all of them at once.
   *
   * @param subject its environment is added to
   */
  public Process start(ProcessBuilder subject) throws IOException {
    environment.forEach(
        (name, value) ->
            subject
                .environment()
                .merge(name, value, (old, ours) -> preload(name) ? ours + ":" + old : ours));
    Process started = subject.start();
    processes.add(started);
    return started;
  }

  private static boolean preload(String name) {
    return name.equals(PowerCut.PRELOAD_VARIABLE);
  }

  /** The recorded directory. */
  public Path root() {
    return place.root();
  }

  /** The trace file: {@link Trace#read} builds the same images again on another day. */
  public Path tracePath() {
    return place.trace();
  }

  /**
   * Marks something that the harness has learned, such as a reply received: everything the process
   * did before it replied is recorded before the mark.
   */
  public void mark(String text) throws IOException {
    file.append(new Operation.Marked(text));
  }

  /** What has been recorded so far. */
  public Trace trace() throws IOException {
    return Trace.read(place.trace());
  }

  /**
   * Waits until the first process has ended by itself.
   *
   * @return its exit value
   */
  public int await(Duration atMost) throws InterruptedException, TimeoutException {
    if (!process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("the recorded process did not end in " + atMost);
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> children =
        processes.stream()
            .flatMap(Process::descendants)
            .toList(); // while their parents can be asked
    processes.forEach(Process::destroyForcibly);
    children.forEach(ProcessHandle::destroyForcibly);
    // SIGKILL does not wait long; the trace must not be read while one of them still writes.
    processes.forEach(killed -> killed.onExit().join());
    children.forEach(killed -> killed.onExit().join());
    file.close();
  }
}
