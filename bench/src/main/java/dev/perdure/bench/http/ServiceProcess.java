package dev.perdure.bench.http;

import dev.perdure.bench.load.ProcessTree;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service in a process of its own: started, waited for until it says that it is ready, and
 * stopped with SIGTERM, or SIGKILL when it does not end in time.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final Clock CLOCK = Clock.system();
  private static final Duration START_TIME_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(35);
  private static final long POLL_MS = 10;
  private static final int LOG_LINES_SHOWN = 20;

  private final Process process;
  private final Path log;
  private final Thread onExit;

  private ServiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.onExit = new Thread(process::destroyForcibly, "service-stop");
  }

  /**
   * Starts a command; what it prints goes to the file {@code log}.
   *
   * @param ready where a GET of {@code readyPath} is answered with 200 once the service can work
   * @throws IOException when it ends or is not ready in a minute; the message has the end of the
   *     log
   */
  public static ServiceProcess start(
      List<String> command, Path log, InetSocketAddress ready, String readyPath)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var service = new ServiceProcess(process, log);
    Runtime.getRuntime().addShutdownHook(service.onExit);
    try {
      service.awaitReady(ready, readyPath);
    } catch (IOException | InterruptedException e) {
      service.close();
      throw e;
    }
    return service;
  }

  private void awaitReady(InetSocketAddress address, String path)
      throws IOException, InterruptedException {
    String host = address.getHostString() + ":" + address.getPort();
    String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    long startNs = CLOCK.monotonicNs();
    while (!answersWell(address, request)) {
      boolean late = CLOCK.monotonicNs() - startNs > START_TIME_MAX.toNanos();
      if (late || process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw new IOException("the service did not become ready:\n" + endOfLog());
      }
    }
  }

  private static boolean answersWell(InetSocketAddress address, String request) throws IOException {
    try (KeptConnection connection = KeptConnection.open(address)) {
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      return connection.exchange(bytes).status() == 200;
    } catch (ConnectException e) {
      return false; // Not listening yet.
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("the service's log cannot be read", e);
    }
  }

  /** Processor time of the process and its children since it started. */
  public long cpuNs() throws IOException {
    return new ProcessTree(process.pid()).cpuNs();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(onExit);
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIME_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
