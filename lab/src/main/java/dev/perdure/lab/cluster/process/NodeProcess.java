package dev.perdure.lab.cluster.process;

import dev.perdure.lab.cluster.host.LabException;
import dev.perdure.lab.cluster.host.Shell;
import dev.perdure.lab.cluster.http.Http;
import dev.perdure.lab.cluster.http.NodeAddress;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node that can be killed, frozen and started again on the same data. */
public final class NodeProcess implements AutoCloseable {

  private static final Duration PROBE_MAX = Duration.ofSeconds(2);
  private static final int POLL_MS = 20;
  private static final int LOG_LINES_SHOWN = 15;

  private final NodeAddress address;
  private final List<String> command;
  private final Path log;
  private final Http http = new Http();
  private @Nullable Process process;
  private boolean closed;

  /**
   * A node; not started.
   *
   * @param command the whole command line
   * @param log what it prints is added here
   */
  public NodeProcess(NodeAddress address, List<String> command, Path log) {
    this.address = address;
    this.command = List.copyOf(command);
    this.log = log;
  }

  /** Where it listens. */
  public NodeAddress address() {
    return address;
  }

  /** What it printed. */
  public Path log() {
    return log;
  }

  /** Starts it, if it does not run; returns at once. */
  public synchronized void start() {
    if (closed) {
      throw new LabException(address.name() + " was closed");
    }
    if (alive()) {
      return;
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    // The user's own configuration is for the user's own nodes.
    builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new LabException(address.name() + " cannot be started: " + e.getMessage(), e);
    }
  }

  /** True as long as there is a process, frozen or not. */
  public synchronized boolean alive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Its process id. */
  public synchronized long pid() {
    Process running = process;
    if (running == null) {
      throw new LabException(address.name() + " was not started");
    }
    return running.pid();
  }

  /** SIGKILL, and waits until it is gone. */
  public synchronized void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  /** SIGSTOP: it keeps its memory, files and connections, and does nothing. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  private synchronized void signal(String name) {
    if (alive()) {
      Shell.run("kill", "-" + name, String.valueOf(pid()));
    }
  }

  /**
   * SIGTERM, and waits for it to end by itself.
   *
   * @return its exit code
   * @throws LabException if it has not ended in time; it still runs then
   */
  public int terminate(Duration atMost) {
    Process running;
    synchronized (this) {
      running = process;
      if (running == null) {
        throw new LabException(address.name() + " was not started");
      }
      running.destroy();
    }
    try {
      if (!running.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException(
            address.name() + " has not ended " + atMost.toSeconds() + " s after SIGTERM");
      }
      return running.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /** The state that the kernel shows: R, S, T (stopped), Z; empty if there is no process. */
  public String kernelState() {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    } catch (IOException e) {
      return "";
    }
  }

  /** True if it says that a write would succeed now. */
  public boolean ready() {
    try {
      return http.get(address.admin().resolve("/readyz"), PROBE_MAX).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until it says that a write would succeed. */
  public void awaitReady(Duration atMost) {
    long startNs = System.nanoTime();
    while (!ready()) {
      Process running;
      synchronized (this) {
        running = process;
      }
      if (running == null || !running.isAlive()) {
        String exit = running == null ? "" : " with exit code " + running.exitValue();
        throw new LabException(address.name() + " ended" + exit + "; its last lines:\n" + tail());
      }
      if (System.nanoTime() - startNs > atMost.toNanos()) {
        throw new LabException(
            "%s is not ready after %d s; its last lines:\n%s"
                .formatted(address.name(), atMost.toSeconds(), tail()));
      }
      pause(running);
    }
  }

  private static void pause(Process running) {
    try {
      running.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /** The last lines that it printed. */
  public String tail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }

  /** Kills it for good. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    kill();
    http.close();
  }
}
