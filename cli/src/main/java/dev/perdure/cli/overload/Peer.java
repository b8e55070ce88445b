package dev.perdure.cli.overload;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A kept connection that has at most one request under way. For one thread. */
final class Peer implements AutoCloseable {

  private static final int ANSWER_BYTES_MAX = 16 << 10;

  final int flow;
  private final InetSocketAddress address;
  private final Selector selector;
  private final byte[] answer = new byte[ANSWER_BYTES_MAX];
  private final ByteBuffer buffer = ByteBuffer.wrap(answer);
  private SocketChannel channel;
  private int headEnd = -1;
  private int answerEnd;

  /** What is under way; null if nothing is. */
  @Nullable Shot shot;

  Peer(int flow, InetSocketAddress address, Selector selector) throws IOException {
    this.flow = flow;
    this.address = address;
    this.selector = selector;
    this.channel = connect();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel made = SocketChannel.open(address);
    made.setOption(StandardSocketOptions.TCP_NODELAY, true);
    made.configureBlocking(false);
    made.register(selector, SelectionKey.OP_READ, this);
    return made;
  }

  /** Connects anew after a failure. */
  void reconnect() throws IOException {
    channel.close();
    channel = connect();
    buffer.clear();
    headEnd = -1;
  }

  void send(byte[] request, Shot sent) throws IOException {
    shot = sent;
    buffer.clear();
    headEnd = -1;
    ByteBuffer out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      // A request is far smaller than the socket's buffer, which is empty.
      if (channel.write(out) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Reads what is there; the status when the answer is whole, else 0. */
  int receive() throws IOException {
    if (channel.read(buffer) < 0) {
      throw new EOFException("the node closed the connection");
    }
    int length = buffer.position();
    if (headEnd < 0) {
      headEnd = headEnd(length);
      if (headEnd < 0) {
        return 0;
      }
      answerEnd = headEnd + bodyLength();
    }
    if (length < answerEnd) {
      return 0;
    }
    return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0';
  }

  /** The answer's body. */
  String body() {
    return new String(answer, headEnd, answerEnd - headEnd, StandardCharsets.UTF_8);
  }

  private int headEnd(int length) {
    for (int i = 3; i < length; i++) {
      if (answer[i] == '\n' && answer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int bodyLength() throws IOException {
    String head =
        new String(answer, 0, headEnd, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    int at = head.indexOf("content-length:");
    if (at < 0) {
      return 0;
    }
    int length = Integer.parseInt(head.substring(at + 15, head.indexOf('\r', at)).strip());
    if (headEnd + length > ANSWER_BYTES_MAX) {
      throw new IOException("an answer of " + length + " bytes was not expected");
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
