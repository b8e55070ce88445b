package dev.perdure.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A connection whose reads and writes are watched, and whose requests go to our door. */
final class WatchedContext implements ConnectionContext {

  private final ConnectionContext context;
  private final HelidonSocket socket;
  private final Router router;
  private final PeerWatch watch;
  private final DataReader reader;
  private final DataWriter writer;

  WatchedContext(ConnectionContext context, Router router, PeerWatch watch) {
    this.context = context;
    this.socket = context.serverSocket();
    this.router = router;
    this.watch = watch;
    this.reader = DataReader.create(this::read);
    this.writer = new WatchedWriter(context.dataWriter(), watch);
  }

  PeerWatch watch() {
    return watch;
  }

  /** The next bytes of the peer; null at the end. */
  private byte @Nullable [] read() {
    watch.beforeRead();
    int bytes = 0;
    try {
      byte @Nullable [] read = socket.get();
      bytes = read == null ? 0 : read.length;
      return read;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("cannot read from the connection", e);
    } finally {
      watch.afterRead(bytes);
    }
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public HelidonSocket serverSocket() {
    return socket;
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }

  /** Puts up the deadline for a peer that does not read. */
  private record WatchedWriter(DataWriter writer, PeerWatch watch) implements DataWriter {

    @Override
    public void write(BufferData... buffers) {
      watch.beforeWrite();
      try {
        writer.write(buffers);
      } finally {
        watch.afterWrite();
      }
    }

    @Override
    public void write(BufferData buffer) {
      watch.beforeWrite();
      try {
        writer.write(buffer);
      } finally {
        watch.afterWrite();
      }
    }

    @Override
    public void writeNow(BufferData... buffers) {
      watch.beforeWrite();
      try {
        writer.writeNow(buffers);
      } finally {
        watch.afterWrite();
      }
    }

    @Override
    public void writeNow(BufferData buffer) {
      watch.beforeWrite();
      try {
        writer.writeNow(buffer);
      } finally {
        watch.afterWrite();
      }
    }

    @Override
    public void flush() {
      writer.flush();
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
