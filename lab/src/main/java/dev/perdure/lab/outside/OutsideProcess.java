package dev.perdure.lab.outside;

import dev.perdure.lab.cluster.host.LabException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that is started, killed with SIGKILL, and started again on the same data and port. */
final class OutsideProcess implements AutoCloseable {

  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final int LOOK_MS = 20;
  private static final int CONNECT_MS = 1_000;
  private static final int LOG_LINES_SHOWN = 20;

  private final String name;
  private final Path folder;
  private final InetSocketAddress listensAt;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Thread onExit;
  private @Nullable Process process;

  OutsideProcess(String name, Path folder, int port, List<String> command) {
    this(name, new Place(folder, Host.here(), port), command, Map.of());
  }

  /** Where it writes, where it runs, and what it listens on. */
  record Place(Path folder, Host host, int port) {}

  /**
   * A server; not started.
   *
   * @param environment beside that of this process
   */
  OutsideProcess(String name, Place place, List<String> command, Map<String, String> environment) {
    this.name = name;
    this.folder = place.folder();
    this.listensAt = new InetSocketAddress(place.host().address(), place.port());
    this.command = new ArrayList<>(place.host().enter());
    this.command.addAll(command);
    this.environment = environment;
    this.onExit = new Thread(this::kill, name + "-kill");
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Runs a command to its end; its output goes to the log. */
  static void complete(String name, Path folder, List<String> command) {
    try {
      Process process = builder(folder, command).start();
      if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      if (process.waitFor() != 0) {
        throw new LabException(name + " failed:\n" + logOf(folder));
      }
    } catch (IOException e) {
      throw new LabException(name + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  private static ProcessBuilder builder(Path folder, List<String> command) {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
  }

  /** Starts it and waits until it takes connections. */
  synchronized void start() {
    long deadlineNs = System.nanoTime() + START_MAX.toNanos();
    try {
      do {
        ProcessBuilder builder = builder(folder, command);
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        // One that finds remains of what was killed, which go by themselves, is started again.
        while (!started.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
          if (listens()) {
            return;
          }
          if (System.nanoTime() - deadlineNs > 0) {
            break;
          }
        }
      } while (System.nanoTime() - deadlineNs < 0);
    } catch (IOException e) {
      throw new LabException(name + " cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
    throw new LabException(name + " did not start:\n" + logOf(folder));
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(listensAt, CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** SIGKILL to it and all that it started; returns when they are gone. */
  synchronized void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    List<ProcessHandle> all = running.descendants().toList();
    running.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    running.onExit().join();
    all.forEach(one -> one.onExit().join());
    process = null;
  }

  static String logOf(Path folder) {
    try {
      List<String> lines =
          Files.readAllLines(folder.resolve("server.log"), StandardCharsets.ISO_8859_1);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(there is no log)";
    }
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(onExit);
  }
}
