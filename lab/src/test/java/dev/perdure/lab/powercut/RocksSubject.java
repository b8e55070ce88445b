package dev.perdure.lab.powercut;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * A process that keeps acknowledged keys in RocksDB, with a memtable so small that tables,
 * manifests and log files come and go.
 */
final class RocksSubject {

  enum Way {
    SYNCED,
    WITHOUT_SYNC,
    /** RocksDB makes its own directory, and nobody syncs the one above. */
    WITHOUT_DIRECTORY_SYNC
  }

  private static final int VALUE_BYTES = 2_000;

  private RocksSubject() {}

  public static void main(String[] arguments) throws IOException, RocksDBException {
    Path root = Path.of(arguments[0]);
    Way way = Way.valueOf(arguments[1]);
    int keys = Integer.parseInt(arguments[2]);
    if (way != Way.WITHOUT_DIRECTORY_SYNC) {
      Files.createDirectory(root.resolve("db"));
      LogSubject.syncDirectory(root);
    }
    try (Options options = options().setCreateIfMissing(true);
        RocksDB database = RocksDB.open(options, root.resolve("db").toString());
        WriteOptions write = new WriteOptions().setSync(way != Way.WITHOUT_SYNC);
        FileChannel marks = LogSubject.marks(root)) {
      for (int n = 0; n < keys; n++) {
        database.put(write, key(n), new byte[VALUE_BYTES]);
        LogSubject.mark(marks, n);
      }
    }
  }

  private static Options options() {
    return new Options().setWriteBufferSize(64 << 10).setMaxBackgroundJobs(1);
  }

  private static byte[] key(int n) {
    return ("key " + n).getBytes(UTF_8);
  }

  /** Throws if an acknowledged key is missing or the database cannot be opened. */
  static void check(CrashImage image) throws RocksDBException {
    if (image.marks().isEmpty()) {
      return;
    }
    try (Options options = options();
        RocksDB database = RocksDB.open(options, image.directory().resolve("db").toString())) {
      for (int n = 0; n < image.marks().size(); n++) {
        byte[] value = database.get(key(n));
        if (value == null || value.length != VALUE_BYTES) {
          throw new AssertionError(
              "acknowledged " + image.marks().size() + " keys, key " + n + " is missing");
        }
      }
    }
  }
}
