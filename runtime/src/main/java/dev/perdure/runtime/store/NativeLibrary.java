package dev.perdure.runtime.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library: 17 MB packed in its jar.
 *
 * <p>RocksDB unpacks it into a temporary file that is deleted when the JVM ends in peace, so every
 * kill would leave one behind. Here the file is deleted as soon as it is mapped. Unpacking takes a
 * quarter of a second, so a process that starts often keeps a copy on {@code java.library.path},
 * where RocksDB looks first.
 */
public final class NativeLibrary {

  private static final String NAME = "rocksdb";

  /** RocksDB's own variable for a folder that is not mounted noexec. */
  private static final String FOLDER = "ROCKSDB_SHAREDLIB_DIR";

  private NativeLibrary() {}

  @SuppressWarnings("restricted") // RocksDB is native code: every start allows it
  static void load() {
    try {
      System.loadLibrary(Environment.getSharedLibraryName(NAME));
    } catch (UnsatisfiedLinkError e) {
      // No copy: that is the usual case.
      unpack(Path.of(System.getenv().getOrDefault(FOLDER, System.getProperty("java.io.tmpdir"))));
    }
    RocksDB.loadLibrary();
  }

  /** Loads it through a folder of its own in the given one; nothing is left there. */
  static void unpack(Path temporary) {
    try {
      Path folder = Files.createTempDirectory(temporary, "perdure-native-");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "RocksDB's library cannot be unpacked in %s: %s. Set %s to a folder that can be written."
              .formatted(temporary, e.getMessage(), FOLDER),
          e);
    }
  }

  /**
   * Where the system keeps a mapped file from being deleted, RocksDB deletes it when the JVM ends.
   */
  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.toList();
    }
    for (Path file : files) {
      if (!file.toFile().delete()) {
        return;
      }
    }
    Files.deleteIfExists(folder);
  }

  /**
   * Unpacks it for later processes.
   *
   * @param folder to be put on their {@code java.library.path}; made if need be. It must be of this
   *     version of RocksDB alone
   */
  public static void copyTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(System.mapLibraryName(Environment.getSharedLibraryName(NAME)));
    Path part = Files.createTempFile(folder, "unpacking", "");
    String resource = "/" + Environment.getJniLibraryFileName(NAME);
    try (InputStream packed = RocksDB.class.getResourceAsStream(resource)) {
      if (packed == null) {
        throw new FileNotFoundException(resource + " is not in RocksDB's jar");
      }
      Files.copy(packed, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
