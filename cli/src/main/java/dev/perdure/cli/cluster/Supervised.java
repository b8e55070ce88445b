package dev.perdure.cli.cluster;

import dev.perdure.cli.terminal.ThisProgram;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node's process that is started again whenever it ends, later and later if it ends soon. */
final class Supervised {

  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);
  private static final Duration STOP_MAX = Duration.ofSeconds(30);

  private final String name;
  private final Path folder;
  private final int processes;
  private final List<String> options;
  private final Thread thread;
  private @Nullable Process process;
  private boolean ending;

  /**
   * A node, not started.
   *
   * @param folder gets {@code data} and {@code node.log}
   * @param processes how many of them there are on this machine
   * @param options of {@code run} beside its data
   */
  Supervised(String name, Path folder, int processes, List<String> options) {
    this.name = name;
    this.folder = folder;
    this.processes = processes;
    this.options = List.copyOf(options);
    this.thread = Thread.ofPlatform().name("supervise-" + name).unstarted(this::supervise);
  }

  void start() {
    thread.start();
  }

  Path log() {
    return folder.resolve("node.log");
  }

  private void supervise() {
    Clock clock = Clock.system();
    Duration pause = PAUSE_MIN;
    try {
      while (true) {
        long startNs = clock.monotonicNs();
        Process running = launch();
        if (running == null) {
          return;
        }
        int code = running.waitFor();
        boolean lasted = clock.monotonicNs() - startNs > LONG_ENOUGH.toNanos();
        pause = lasted ? PAUSE_MIN : pause.multipliedBy(2);
        pause = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
        synchronized (this) {
          if (ending) {
            return;
          }
          System.err.printf(
              "perdure: %s ended with exit code %d; it is started again in %.1f s; see %s%n",
              name, code, pause.toMillis() / 1e3, log());
          TimeUnit.NANOSECONDS.timedWait(this, pause.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Process launch() {
    if (ending) {
      return null;
    }
    List<String> line =
        new ArrayList<>(List.of("run", "--data", folder.resolve("data").toString()));
    line.addAll(options);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(ThisProgram.commandLine(processes, line))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log().toFile()));
      builder.environment().keySet().removeIf(variable -> variable.startsWith("PERDURE_"));
      process = builder.start();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM, and no start any more. */
  synchronized void end() {
    ending = true;
    notifyAll();
    Process running = process;
    if (running != null) {
      running.destroy();
    }
  }

  /** Waits until it has stopped; kills it if it does not. */
  void awaitEnd() {
    Process running;
    synchronized (this) {
      running = process;
    }
    try {
      if (running != null && !running.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
