package dev.perdure.server.http;

import dev.perdure.kernel.ProblemCode;
import dev.perdure.kernel.ProblemException;
import io.helidon.common.buffers.DataReader;
import java.io.IOException;
import java.io.InputStream;

/**
 * A body that tells the watch how much of it was taken, and says in our words what is wrong with
 * its framing.
 */
final class CountedBody extends InputStream {

  private final InputStream in;
  private final PeerWatch watch;
  private boolean broken;

  CountedBody(InputStream in, PeerWatch watch) {
    this.in = in;
    this.watch = watch;
  }

  /** True if nobody can tell any more where the body ends. */
  boolean broken() {
    return broken;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    boolean whole = false;
    try {
      int read = in.read(bytes, offset, length);
      if (read > 0) {
        watch.taken(read);
      }
      whole = true;
      return read;
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw malformed("the body ended before the end that was announced");
    } catch (IllegalArgumentException | DataReader.IncorrectNewLineException e) {
      throw malformed("the chunks of the body are not well formed");
    } finally {
      broken |= !whole;
    }
  }

  /** Tells the library that the body was read to its end; of a body that was, nothing is read. */
  void end() throws IOException {
    in.close();
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
