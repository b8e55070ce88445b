package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A process that keeps a little log: length, checksum, payload; one record, one sync, one mark
 * "acked n". Started with its root, how it goes about it, and how many records.
 */
final class LogSubject {

  enum Way {
    CORRECT,
    WITHOUT_SYNC,
    ACKED_BEFORE_SYNC,
    WITHOUT_DIRECTORY_SYNC,
    /** Trusts a write opened with DSYNC. */
    WRITTEN_THROUGH,
    /** Believes every length it reads: right only where nothing is ever torn. */
    PREALLOCATED
  }

  private static final int HEAD_BYTES = 8;
  private static final int PREALLOCATED_BYTES = 1 << 20;
  private static final String LOG = "log";

  private LogSubject() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    Way way = Way.valueOf(arguments[1]);
    int records = Integer.parseInt(arguments[2]);
    try (FileChannel log = create(root, way);
        FileChannel marks = marks(root)) {
      for (int n = 0; n < records; n++) {
        ByteBuffer record = record(n);
        while (record.hasRemaining()) {
          log.write(record);
        }
        boolean early = way == Way.ACKED_BEFORE_SYNC;
        if (early) {
          mark(marks, n);
        }
        if (way != Way.WITHOUT_SYNC && way != Way.WRITTEN_THROUGH) {
          log.force(false);
        }
        if (!early) {
          mark(marks, n);
        }
      }
    }
  }

  private static FileChannel create(Path root, Way way) throws IOException {
    Path path = root.resolve(LOG);
    FileChannel log =
        way == Way.WRITTEN_THROUGH
            ? FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DSYNC)
            : FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (way == Way.PREALLOCATED) {
      log.write(ByteBuffer.allocate(PREALLOCATED_BYTES), 0);
      log.force(true);
    }
    if (way != Way.WITHOUT_DIRECTORY_SYNC) {
      syncDirectory(root);
    }
    return log;
  }

  static FileChannel marks(Path root) throws IOException {
    return FileChannel.open(
        root.resolve(PowerCut.MARK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  static void mark(FileChannel marks, int n) throws IOException {
    marks.write(ByteBuffer.wrap(("acked " + n).getBytes(UTF_8)));
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** From a few bytes to several pages. */
  private static ByteBuffer record(int n) {
    byte[] payload = new byte[4 + n * 37 % 9000];
    ByteBuffer.wrap(payload).putInt(n);
    for (int i = 4; i < payload.length; i++) {
      payload[i] = (byte) (n + i);
    }
    return ByteBuffer.allocate(HEAD_BYTES + payload.length)
        .putInt(payload.length)
        .putInt(checksum(payload))
        .put(payload)
        .flip();
  }

  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  /** How many records are there, up to the first that is not whole. */
  static int recovered(Path root) throws IOException {
    if (!Files.exists(root.resolve(LOG))) {
      return 0;
    }
    ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(root.resolve(LOG)));
    int records = 0;
    while (log.remaining() >= HEAD_BYTES) {
      int length = log.getInt();
      int checksum = log.getInt();
      if (length < 4 || length > log.remaining()) {
        break;
      }
      byte[] payload = new byte[length];
      log.get(payload);
      if (checksum(payload) != checksum || ByteBuffer.wrap(payload).getInt() != records) {
        break;
      }
      records++;
    }
    return records;
  }

  /** Throws if a record that a mark acknowledges is missing. */
  static void check(CrashImage image) throws IOException {
    int recovered = recovered(image.directory());
    if (recovered < image.marks().size()) {
      throw new AssertionError(
          "acknowledged " + image.marks().size() + " records, recovered " + recovered);
    }
  }
}
