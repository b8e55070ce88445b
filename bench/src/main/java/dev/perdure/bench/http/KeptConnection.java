package dev.perdure.bench.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A connection that is kept from request to request. For one thread.
 *
 * <p>Blocking until it is registered with a selector. A request of a few hundred bytes always fits
 * in the socket's empty send buffer, since the response before it has been read: that it might not
 * is an error, which spares the selector from watching for writability.
 */
final class KeptConnection implements AutoCloseable {

  private static final int RECEIVE_BYTES = 16 << 10;

  private final SocketChannel channel;
  private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_BYTES);
  private final ResponseReader response = new ResponseReader();

  private KeptConnection(SocketChannel channel) {
    this.channel = channel;
  }

  static KeptConnection open(InetSocketAddress address) throws IOException {
    SocketChannel channel;
    try {
      channel = SocketChannel.open(address);
    } catch (ConnectException e) {
      IOException nobody = new ConnectException("nothing answers at " + address);
      nobody.initCause(e);
      throw nobody;
    }
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new KeptConnection(channel);
  }

  SelectionKey register(Selector selector, Object attachment) throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, SelectionKey.OP_READ, attachment);
  }

  void send(ByteBuffer request) throws IOException {
    response.next();
    channel.write(request);
    if (request.hasRemaining()) {
      throw new IOException("the request did not fit in the connection's send buffer");
    }
  }

  /** Reads what is there, or waits for it when blocking; true when the response is complete. */
  boolean receive() throws IOException {
    received.clear();
    if (channel.read(received) < 0) {
      throw new EOFException("the service closed the connection before it had answered");
    }
    received.flip();
    boolean complete = response.read(received);
    if (complete && received.hasRemaining()) {
      throw new IOException("the service sent more than was asked for");
    }
    return complete;
  }

  /** Sends and waits for the whole response; only before {@link #register}. */
  ResponseReader exchange(ByteBuffer request) throws IOException {
    send(request);
    while (!receive()) {
      // The rest of the response is still to come.
    }
    return response;
  }

  ResponseReader response() {
    return response;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
