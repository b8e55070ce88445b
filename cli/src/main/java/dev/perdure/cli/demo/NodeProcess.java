package dev.perdure.cli.demo;

import dev.perdure.cli.terminal.ThisProgram;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node as a process of its own, with this program's own JVM, flags and class path, so that it can
 * be killed and started again on the same data and ports.
 */
public final class NodeProcess {

  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final int POLL_MS = 10;
  private static final int LOG_LINES_SHOWN = 15;

  /** Nobody needs a right to lower the priority of a process of his own. */
  private static final List<String> GIVING_WAY = List.of("nice", "-n", "10");

  private final List<String> options;
  private final Map<String, String> environment;
  private final Path folder;
  private final int processes;
  private final Path data;
  private final Path log;
  private final int apiPort;
  private final int adminPort;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private @Nullable Process process;
  private boolean ended;
  private boolean givesWay;

  /**
   * A node in a folder; not started.
   *
   * @param options of {@code run} beside its data and its ports
   */
  public NodeProcess(Path folder, List<String> options) {
    this(folder, 1, options, Map.of());
  }

  /**
   * A node in a folder; not started.
   *
   * @param folder gets {@code data} and {@code node.log}
   * @param processes how many of them there are on this machine
   * @param options of {@code run} beside its data and its ports
   * @param environment beside that of this process
   */
  public NodeProcess(
      Path folder, int processes, List<String> options, Map<String, String> environment) {
    this.options = List.copyOf(options);
    this.environment = Map.copyOf(environment);
    this.folder = folder;
    this.processes = processes;
    this.data = folder.resolve("data");
    this.log = folder.resolve("node.log");
    try (ServerSocket api = freePort();
        ServerSocket admin = freePort()) {
      Files.createDirectories(data);
      apiPort = api.getLocalPort();
      adminPort = admin.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A free port of the loopback interface, held until it is closed. */
  public static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** From its next start on it gives way to this process where both want the processors. */
  public synchronized void giveWay() {
    givesWay = true;
  }

  /** Starts it; returns at once. Does nothing after {@link #end}. */
  public synchronized void start() {
    if (ended) {
      throw new DemoException("interrupted");
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(commandLine())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()));
      // The user's own configuration is for the user's own nodes.
      builder.environment().keySet().removeIf(name -> name.startsWith("PERDURE_"));
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> commandLine() {
    List<String> line = new ArrayList<>(List.of("run", "--data", data.toString()));
    line.addAll(List.of("--api-port", String.valueOf(apiPort)));
    line.addAll(List.of("--admin-port", String.valueOf(adminPort)));
    line.addAll(options);
    List<String> all = new ArrayList<>(givesWay ? GIVING_WAY : List.of());
    all.addAll(ThisProgram.commandLine(processes, line));
    if (environment.containsKey("JAVA_TOOL_OPTIONS")) {
      all.removeIf(flag -> flag.startsWith("-Xm")); // this process's own heap would win
    }
    return all;
  }

  /** Waits until it says that a write would succeed. */
  public void awaitReady() {
    long startNs = Clock.system().monotonicNs();
    while (!ready()) {
      Process running = running();
      if (!running.isAlive()) {
        throw new DemoException(
            "the node ended with exit code "
                + running.exitValue()
                + "; its last lines:\n"
                + tail());
      }
      if (Clock.system().monotonicNs() - startNs > READY_MAX.toNanos()) {
        throw new DemoException(
            "the node is not ready after "
                + READY_MAX.toSeconds()
                + " s; its last lines:\n"
                + tail());
      }
      pause(running);
    }
  }

  private static void pause(Process running) {
    try {
      running.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted");
    }
  }

  private boolean ready() {
    HttpRequest request =
        HttpRequest.newBuilder(adminUri().resolve("/readyz"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted");
    }
  }

  /** SIGKILL, and waits until the process is gone. */
  synchronized void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it for good. */
  public void end() {
    synchronized (this) {
      ended = true;
    }
    kill();
  }

  private Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  /** The last lines that the node logged. */
  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read)";
    }
  }

  /** Of its process. */
  public long pid() {
    return running().pid();
  }

  /** Where its API is. */
  public URI apiUri() {
    return URI.create("http://127.0.0.1:" + apiPort);
  }

  /** Where its admin port is. */
  public URI adminUri() {
    return URI.create("http://127.0.0.1:" + adminPort);
  }

  /** Its data directory, empty at first. */
  public Path data() {
    return data;
  }

  Path log() {
    return log;
  }
}
