package dev.perdure.server.ingress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of bytes, each of a bounded length. A line that is too long is skipped to its end and
 * reported, so that the next one can be read.
 */
final class NdjsonReader {

  private static final int BUFFER_BYTES = 16 << 10;
  private static final byte[] NOTHING = {};

  private final InputStream in;
  private final Runnable beforeRead;
  private final int lineBytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(1_024);
  private int position;
  private int end;

  /**
   * A reader.
   *
   * @param beforeRead is run before the source may block
   */
  NdjsonReader(InputStream in, Runnable beforeRead, int lineBytesMax) {
    this.in = in;
    this.beforeRead = beforeRead;
    this.lineBytesMax = lineBytesMax;
  }

  /**
   * One line without its end.
   *
   * @param tooLong true if it was longer than allowed; its bytes are gone then
   */
  record Line(byte[] bytes, boolean tooLong) {

    boolean blank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return !tooLong;
    }
  }

  /** The next line that is not blank; null at the end. */
  @Nullable Line next() throws IOException {
    @Nullable Line line = line();
    while (line != null && line.blank()) {
      line = line();
    }
    return line;
  }

  private @Nullable Line line() throws IOException {
    collected.reset();
    boolean any = false;
    boolean tooLong = false;
    boolean ended = false;
    while (!ended && (position < end || fill())) {
      any = true;
      int newline = newline();
      int until = newline < 0 ? end : newline;
      tooLong |= collected.size() + until - position > lineBytesMax;
      if (!tooLong) {
        collected.write(buffer, position, until - position);
      }
      position = newline < 0 ? end : newline + 1;
      ended = newline >= 0;
    }
    return any ? new Line(tooLong ? NOTHING : collected.toByteArray(), tooLong) : null;
  }

  private int newline() {
    for (int i = position; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private boolean fill() throws IOException {
    beforeRead.run();
    int read = in.read(buffer, 0, buffer.length);
    position = 0;
    end = Math.max(0, read);
    return read > 0;
  }
}
