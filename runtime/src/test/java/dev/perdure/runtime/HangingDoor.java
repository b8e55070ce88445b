package dev.perdure.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Stands before a node: what goes in is passed on, or held without a word as long as it hangs. */
final class HangingDoor implements AutoCloseable {

  private final ServerSocket door;
  private final int target;
  private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();
  private volatile boolean hangs;
  private volatile boolean closed;

  /**
   * A door.
   *
   * @param address of what is behind it, host and port
   */
  HangingDoor(String address) {
    try {
      this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.target = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    Thread.startVirtualThread(this::accept);
  }

  String address() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  void hangs(boolean now) {
    hangs = now;
  }

  private void accept() {
    while (!closed) {
      try {
        Socket in = door.accept();
        Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
        open.put(in, true);
        open.put(out, true);
        Thread.startVirtualThread(() -> pass(in, out));
        Thread.startVirtualThread(() -> pass(out, in));
      } catch (IOException e) {
        // nobody is behind it yet, or it is closed
      }
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] some = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        while (hangs && !closed) {
          LockSupport.parkNanos(this, 2_000_000);
        }
        out.write(some, 0, n);
      }
    } catch (IOException e) {
      // one side has gone
    }
    open.remove(from);
    open.remove(to);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    door.close();
    for (Socket one : open.keySet()) {
      one.close();
    }
  }
}
