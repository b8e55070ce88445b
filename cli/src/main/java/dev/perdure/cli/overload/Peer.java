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
import org.jspecify.annotations.Nullable;

/** A kept connection that has at most one request under way. For one thread. */
final class Peer implements AutoCloseable {

  private static final int REQUEST_BYTES_MAX = 1 << 10;
  private static final int ANSWER_BYTES_MAX = 8 << 10;
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  final int flow;
  private final InetSocketAddress address;
  private final Selector selector;

  /** Not on the heap: neither copies nor collections, which would count as the node's delay. */
  private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES_MAX);

  private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES_MAX);
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
    answer.clear();
    headEnd = -1;
  }

  void send(byte[] bytes, Shot sent) throws IOException {
    shot = sent;
    answer.clear();
    headEnd = -1;
    request.clear();
    request.put(bytes).flip();
    while (request.hasRemaining()) {
      // A request is far smaller than the socket's buffer, which is empty.
      if (channel.write(request) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Reads what is there; the status when the answer is whole, else 0. */
  int receive() throws IOException {
    if (channel.read(answer) < 0) {
      throw new EOFException("the node closed the connection");
    }
    int length = answer.position();
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
    return digit(9) * 100 + digit(10) * 10 + digit(11);
  }

  private int digit(int at) {
    return answer.get(at) - '0';
  }

  /** The answer's body. */
  String body() {
    byte[] body = new byte[answerEnd - headEnd];
    answer.get(headEnd, body);
    return new String(body, StandardCharsets.UTF_8);
  }

  private int headEnd(int length) {
    for (int i = 3; i < length; i++) {
      if (answer.get(i) == '\n' && answer.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int bodyLength() throws IOException {
    int at = 0;
    while (at < headEnd && !isLength(at)) {
      at++;
    }
    int length = 0;
    for (int i = at + LENGTH.length; i < headEnd && answer.get(i) != '\r'; i++) {
      length = answer.get(i) == ' ' ? length : length * 10 + digit(i);
    }
    if (headEnd + length > ANSWER_BYTES_MAX) {
      throw new IOException("an answer of " + length + " bytes was not expected");
    }
    return length;
  }

  private boolean isLength(int at) {
    if (at + LENGTH.length > headEnd) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      byte b = answer.get(at + i);
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
