package dev.perdure.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface for the processes that a benchmark starts. */
public final class LoopbackPort {

  private LoopbackPort() {}

  /** One nobody listens on at this moment; whoever takes it first has it. */
  public static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
