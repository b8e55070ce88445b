package dev.perdure.bench.start;

import dev.perdure.bench.load.LoopbackPort;
import dev.perdure.kernel.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A node that was just started, until it is killed. */
final class StartedNode implements AutoCloseable {

  private static final Clock CLOCK = Clock.system();
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  /** Asked more often, a node that starts on two processors is slowed by the asking. */
  private static final long POLL_MS = 10;

  private static final String ACKNOWLEDGED = "HTTP/1.1 200";

  private final Process process;
  private final Path log;
  private final int port;
  private final long startNs;
  private long javaNs;

  private StartedNode(Process process, Path log, int port, long startNs) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.startNs = startNs;
    this.javaNs = startNs;
  }

  /**
   * Starts the launcher's {@code run}; returns at once.
   *
   * @param folder gets {@code data} and {@code node.log}
   */
  static StartedNode start(Path launcher, Path folder) throws IOException {
    Path log = folder.resolve("node.log");
    int port = LoopbackPort.free();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    launcher.toString(),
                    "run",
                    "--data",
                    folder.resolve("data").toString(),
                    "--api-port",
                    String.valueOf(port),
                    "--admin-port",
                    "0"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // What is measured is the start, not the search for sources that changed.
    builder.environment().put("PERDURE_NO_BUILD", "1");
    long startNs = CLOCK.monotonicNs();
    return new StartedNode(builder.start(), log, port, startNs);
  }

  /** Waits until one deposit is acknowledged. */
  StartTimes firstWrite() throws IOException, InterruptedException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    byte[] request = deposit();
    while (!acknowledged(address, request)) {
      noteJava();
      boolean late = CLOCK.monotonicNs() - startNs > PATIENCE_NS;
      if (late || process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw new IOException("the node did not start:\n" + Files.readString(log));
      }
    }
    long endNs = CLOCK.monotonicNs();
    return new StartTimes(endNs - startNs, endNs - javaNs);
  }

  /** The launcher becomes the JVM, under the same process id. */
  private void noteJava() {
    if (javaNs == startNs
        && process.info().command().filter(name -> name.endsWith("/java")).isPresent()) {
      javaNs = CLOCK.monotonicNs();
    }
  }

  private static byte[] deposit() {
    return ("POST /v1/entities/account/first/deposit HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: 12\r\nIdempotency-Key: "
            + UUID.randomUUID()
            + "\r\n\r\n{\"amount\":1}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean acknowledged(InetSocketAddress address, byte[] request)
      throws IOException {
    try (Socket connection = new Socket(address.getAddress(), address.getPort())) {
      connection.getOutputStream().write(request);
      byte[] answer = connection.getInputStream().readNBytes(ACKNOWLEDGED.length());
      return ACKNOWLEDGED.equals(new String(answer, StandardCharsets.US_ASCII));
    } catch (SocketException e) {
      return false; // Not listening yet.
    }
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
