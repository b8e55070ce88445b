package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that recorder and harness append to. The header counts the valid bytes and is advanced
 * last, under the file lock that every recorded process takes too, so that a reader never sees half
 * a record and a record of the harness has its place in the one true order. Thread-safe; one
 * instance per trace and JVM, because a JVM cannot hold the same file lock twice.
 */
final class TraceFile implements AutoCloseable {

  static final int HEADER_BYTES = 64;
  private static final String MAGIC = "PERDPCT1";
  private static final int VALID_BYTES_AT = 8;

  private final FileChannel channel;

  private TraceFile(FileChannel channel) {
    this.channel = channel;
  }

  /** A new, empty trace; an old one at the same path is replaced. */
  static TraceFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.nativeOrder());
    header.put(MAGIC.getBytes(US_ASCII)).putLong(HEADER_BYTES).position(0);
    writeFully(channel, header, 0);
    return new TraceFile(channel);
  }

  synchronized void append(Operation operation) throws IOException {
    ByteBuffer record = TraceCodec.encode(operation);
    try (FileLock _ = channel.lock()) {
      long at = validBytes(channel);
      writeFully(channel, record, at);
      ByteBuffer valid = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      writeFully(channel, valid.putLong(at + record.capacity()).flip(), VALID_BYTES_AT);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Everything recorded so far; may be read while the process still runs. */
  static List<Operation> read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long valid = validBytes(channel);
      // Payloads stay in the file: the mapping lives as long as an operation refers to it.
      MemorySegment trace = channel.map(FileChannel.MapMode.READ_ONLY, 0, valid, Arena.ofAuto());
      List<Operation> operations = new ArrayList<>();
      for (long at = HEADER_BYTES; at < valid; at += TraceCodec.bytes(trace, at)) {
        TraceCodec.bytes(trace, at);
        operations.add(TraceCodec.decode(trace, at));
      }
      return operations;
    }
  }

  private static long validBytes(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(VALID_BYTES_AT + Long.BYTES);
    header.order(ByteOrder.nativeOrder());
    while (header.hasRemaining()) {
      if (channel.read(header, header.position()) < 0) {
        throw new CorruptionException("a trace of " + channel.size() + " bytes has no header");
      }
    }
    String magic = new String(header.array(), 0, VALID_BYTES_AT, US_ASCII);
    if (!magic.equals(MAGIC)) {
      throw new CorruptionException("not a trace: it starts with \"" + magic + "\"");
    }
    return header.getLong(VALID_BYTES_AT);
  }

  private static void writeFully(FileChannel channel, ByteBuffer from, long at) throws IOException {
    long to = at;
    while (from.hasRemaining()) {
      to += channel.write(from, to);
    }
  }
}
