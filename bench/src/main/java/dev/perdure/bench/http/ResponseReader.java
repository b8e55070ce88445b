package dev.perdure.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Recognises the responses on one connection, in whatever pieces they arrive.
 *
 * <p>Understands what a server may answer to a POST or GET on a kept connection: a status line,
 * headers, and a body with a length or in chunks. Keeps the first bytes of the body, for messages
 * and small documents. For one thread.
 */
final class ResponseReader {

  private static final int LINE_BYTES_MAX = 8_192;
  private static final int BODY_KEPT_BYTES_MAX = 4_096;
  private static final String LENGTH = "content-length:";
  private static final String ENCODING = "transfer-encoding:";

  private enum Expecting {
    STATUS_LINE,
    HEADER,
    BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER
  }

  private final byte[] line = new byte[LINE_BYTES_MAX];
  private final byte[] body = new byte[BODY_KEPT_BYTES_MAX];
  private Expecting expecting = Expecting.STATUS_LINE;
  private int lineBytes;
  private int bodyBytes;
  private long remaining;
  private boolean chunked;
  private int status;

  /**
   * Takes bytes until the response is complete.
   *
   * @return true when it is; further bytes of the buffer are left in it
   * @throws IOException when this is not HTTP/1.1
   */
  boolean read(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      boolean complete =
          switch (expecting) {
            case BODY, CHUNK -> takeBody(bytes);
            default -> takeLine(bytes) && endOfLine();
          };
      if (complete) {
        return true;
      }
    }
    return false;
  }

  /** Forgets the response before; the next byte is the first of a status line. */
  void next() {
    expecting = Expecting.STATUS_LINE;
    lineBytes = 0;
    bodyBytes = 0;
    remaining = 0;
    chunked = false;
    status = 0;
  }

  int status() {
    return status;
  }

  /** The body's first bytes as text. */
  String body() {
    return new String(body, 0, bodyBytes, StandardCharsets.UTF_8);
  }

  private boolean takeBody(ByteBuffer bytes) {
    int taken = (int) Math.min(remaining, bytes.remaining());
    int kept = Math.min(taken, BODY_KEPT_BYTES_MAX - bodyBytes);
    bytes.get(body, bodyBytes, kept);
    bodyBytes += kept;
    bytes.position(bytes.position() + taken - kept);
    remaining -= taken;
    if (remaining > 0) {
      return false;
    }
    if (expecting == Expecting.CHUNK) {
      expecting = Expecting.CHUNK_END;
      return false;
    }
    return true;
  }

  /** True when the line is whole; its end, with or without a carriage return, is not part of it. */
  private boolean takeLine(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\n') {
        if (lineBytes > 0 && line[lineBytes - 1] == '\r') {
          lineBytes--;
        }
        return true;
      }
      if (lineBytes == LINE_BYTES_MAX) {
        throw new IOException(
            "a line of the response is longer than %d bytes".formatted(lineBytes));
      }
      line[lineBytes++] = next;
    }
    return false;
  }

  /** Uses up a whole line; true when it was the response's last. */
  private boolean endOfLine() throws IOException {
    boolean complete = false;
    switch (expecting) {
      case STATUS_LINE -> {
        status = statusOf();
        expecting = Expecting.HEADER;
      }
      case HEADER -> complete = endOfHeader();
      case CHUNK_SIZE -> {
        remaining = chunkSize();
        expecting = remaining == 0 ? Expecting.TRAILER : Expecting.CHUNK;
      }
      case CHUNK_END -> expecting = Expecting.CHUNK_SIZE;
      case TRAILER -> complete = lineBytes == 0;
      case BODY, CHUNK -> throw new IllegalStateException("a body has no lines");
    }
    lineBytes = 0;
    return complete;
  }

  private boolean endOfHeader() throws IOException {
    if (lineBytes > 0) {
      header();
      return false;
    }
    if (chunked) {
      expecting = Expecting.CHUNK_SIZE;
      return false;
    }
    expecting = Expecting.BODY;
    return remaining == 0;
  }

  private void header() throws IOException {
    if (startsWith(LENGTH)) {
      remaining = number(text().substring(LENGTH.length()).trim(), 10);
    } else if (startsWith(ENCODING)) {
      chunked = text().toLowerCase(Locale.ROOT).endsWith("chunked");
    }
  }

  private boolean startsWith(String name) {
    if (lineBytes < name.length()) {
      return false;
    }
    for (int at = 0; at < name.length(); at++) {
      // Setting bit 5 turns an upper-case letter into a lower-case one and leaves ':' and '-'
      // alone.
      if ((line[at] | 0x20) != name.charAt(at)) {
        return false;
      }
    }
    return true;
  }

  private int statusOf() throws IOException {
    String text = text();
    if (!text.startsWith("HTTP/1.1 ") || text.length() < 12) {
      throw new IOException("not a status line of HTTP/1.1: " + text);
    }
    return (int) number(text.substring(9, 12), 10);
  }

  private long chunkSize() throws IOException {
    String text = text();
    int extension = text.indexOf(';');
    return number((extension < 0 ? text : text.substring(0, extension)).trim(), 16);
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(digits, radix);
    } catch (NumberFormatException e) {
      throw new IOException("not a number in the response: " + digits, e);
    }
  }

  private String text() {
    return new String(line, 0, lineBytes, StandardCharsets.US_ASCII);
  }
}
