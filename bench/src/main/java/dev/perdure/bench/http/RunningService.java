package dev.perdure.bench.http;

import dev.perdure.bench.load.ProcessTree;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.OptionalLong;

/**
 * A service that somebody else has started, and that goes on afterwards.
 *
 * @param address where it listens
 * @param pid of its process, for its processor time; 0 when unknown
 */
record RunningService(InetSocketAddress address, long pid) implements HttpService {

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String durability() {
    return "what the service at port %d promises is on disk".formatted(address.getPort());
  }

  @Override
  public long cpuNs() throws IOException {
    return pid == 0 ? 0 : new ProcessTree(pid).cpuNs();
  }

  @Override
  public OptionalLong storedBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    // Not ours to stop.
  }
}
