package dev.perdure.bench.perdure;

import dev.perdure.bench.http.HttpService;
import dev.perdure.bench.http.HttpTarget;
import dev.perdure.bench.http.ServiceProcess;
import dev.perdure.bench.load.DirectoryTree;
import dev.perdure.bench.load.LoopbackPort;
import dev.perdure.bench.load.Target;
import dev.perdure.bench.load.Unavailable;
import dev.perdure.runtime.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The ledger example on a node in a process of its own, started as a user starts it.
 *
 * <p>The load generator is in this process: the report shows the processor time of both apart.
 */
public final class PerdureProcess implements HttpService {

  /** Set by the launcher, which also says where a JDK is. */
  private static final String LAUNCHER = "perdure.launcher";

  private final ServiceProcess process;
  private final InetSocketAddress address;
  private final Path data;

  private PerdureProcess(ServiceProcess process, InetSocketAddress address, Path data) {
    this.process = process;
    this.address = address;
    this.data = data;
  }

  /**
   * Starts a node under {@code directory} and waits until it takes writes.
   *
   * @throws Unavailable when this process was not started by the launcher
   * @throws IOException when the node does not become ready; the message has the end of its log
   */
  public static Target start(Path directory) throws Unavailable, IOException, InterruptedException {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new Unavailable("a node is started with the launcher: run ./perdure bench entities");
    }
    Path data = Files.createDirectory(directory.resolve("data"));
    var api = new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPort.free());
    var admin = new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPort.free());
    List<String> command =
        List.of(
            "/usr/bin/env",
            "PERDURE_NO_BUILD=1",
            launcher,
            "run",
            "--data",
            data.toString(),
            "--api-port",
            Integer.toString(api.getPort()),
            "--admin-port",
            Integer.toString(admin.getPort()));
    Path log = directory.resolve("node.log");
    return new HttpTarget(
        new PerdureProcess(ServiceProcess.start(command, log, admin, "/readyz"), api, data));
  }

  @Override
  public String name() {
    return "perdure-http";
  }

  @Override
  public String durability() {
    return "the event, the operation id and the reply are in the journal, forced to disk, in an"
        + " entry shared with other commands";
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public long cpuNs() throws IOException {
    return process.cpuNs();
  }

  @Override
  public OptionalLong storedBytes() throws IOException {
    return OptionalLong.of(storeBytes(DataDirectory.existing(data)));
  }

  /** The state stores: events, recorded replies, checkpoints. The journal is purged behind them. */
  static long storeBytes(DataDirectory data) throws IOException {
    long bytes = 0;
    for (int shard = 0; shard < data.shards(); shard++) {
      bytes += DirectoryTree.bytes(data.state(shard));
    }
    return bytes;
  }

  @Override
  public void close() {
    process.close();
  }
}
