package dev.perdure.journal.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteOutput;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Passes an entry's bytes into and out of Ratis without a copy. Nobody may change them. */
final class EntryBytes extends ByteOutput {

  private ByteBuffer buffer = ByteBuffer.allocate(0);

  private EntryBytes() {}

  static ByteString wrap(byte[] entry) {
    return UnsafeByteOperations.unsafeWrap(entry);
  }

  /** The bytes as a buffer over their own array where there is one. */
  static ByteBuffer of(ByteString bytes) {
    EntryBytes output = new EntryBytes();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output.buffer.remaining() == bytes.size() ? output.buffer : bytes.asReadOnlyByteBuffer();
  }

  @Override
  public void write(byte value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(byte[] value, int offset, int length) {
    buffer = ByteBuffer.wrap(value, offset, length);
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    buffer = ByteBuffer.wrap(value, offset, length);
  }

  @Override
  public void write(ByteBuffer value) {
    buffer = value;
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    buffer = value;
  }
}
