package dev.perdure.server.systemd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to a Unix socket of Linux: the JDK knows only Unix sockets that are streams. A
 * leading {@code @} names an abstract socket. One thread at a time.
 */
final class NotifySocket implements AutoCloseable {

  // Linux, the same on every architecture that the JDK runs on but MIPS.
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  /** Neither waits for a reader that is slow nor dies of one that is gone. */
  private static final int FLAGS = 0x4000 | 0x40; // MSG_NOSIGNAL, MSG_DONTWAIT

  private static final int PATH_AT = 2;

  /** Bytes of a name in {@code sockaddr_un}, with its closing zero. */
  private static final int PATH_MAX = 108;

  private final Calls calls = new Calls();
  private final byte[] address;
  private final int descriptor;

  /**
   * A socket that sends to a name.
   *
   * @throws IOException if the name cannot be one, or the system gives no socket
   */
  NotifySocket(String name) throws IOException {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    boolean abstracted = name.startsWith("@");
    if ((!abstracted && !name.startsWith("/")) || path.length >= PATH_MAX) {
      throw new IOException(
          "'" + name + "' is no Unix socket: an absolute path or @name of at most 107 bytes");
    }
    if (abstracted) {
      path[0] = 0;
    }
    // The name of an abstract socket is exactly as long as the address says.
    address = new byte[PATH_AT + path.length + (abstracted ? 0 : 1)];
    System.arraycopy(path, 0, address, PATH_AT, path.length);
    descriptor = calls.socket();
  }

  /** Sends one datagram. */
  void send(String message) throws IOException {
    calls.send(descriptor, message.getBytes(StandardCharsets.UTF_8), address);
  }

  @Override
  public void close() {
    calls.close(descriptor);
  }

  /** The system's functions. */
  private static final class Calls {
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle socket =
        function(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    private final MethodHandle sendto =
        function(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    private final MethodHandle close =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    @SuppressWarnings("restricted") // Every start allows native access, for the state store.
    private static MethodHandle function(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    int socket() throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int made = (int) socket.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (made < 0) {
          throw failure("no Unix socket", state);
        }
        return made;
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    void send(int descriptor, byte[] message, byte[] to) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
        MemorySegment address = arena.allocateFrom(ValueLayout.JAVA_BYTE, to);
        address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
        long sent =
            (long)
                sendto.invokeExact(
                    state, descriptor, bytes, (long) message.length, FLAGS, address, to.length);
        if (sent != message.length) {
          throw failure("the service manager did not take a message", state);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    void close(int descriptor) {
      try (Arena arena = Arena.ofConfined()) {
        int _ = (int) close.invokeExact(arena.allocate(STATE), descriptor);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    private static IOException failure(String what, MemorySegment state) {
      return new IOException(what + ": errno " + (int) ERRNO.get(state, 0L));
    }
  }
}
