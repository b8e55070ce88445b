package dev.perdure.runtime.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An ordered key-value store. Damaged data throws {@link dev.perdure.kernel.CorruptionException}
 * when it is read, it is never returned.
 */
public interface StateStore extends AutoCloseable {

  /** The value of a key, null if it has none. */
  byte @Nullable [] get(byte[] key);

  /** False if the entity whose keys have this prefix is known to have neither events nor a wake. */
  default boolean mayKnow(byte[] prefix) {
    return true;
  }

  /** Stores a batch as a whole. One thread. */
  void write(StoreBatch batch);

  /**
   * The rows from a key up to another, in the order of unsigned bytes, as of now.
   *
   * @param from inclusive
   * @param to exclusive
   */
  Scan scan(byte[] from, byte[] to);

  /**
   * Writes a copy of the store to a new directory and forces it to disk. The copy holds at least
   * all batches written before the call. May run beside writes; one at a time.
   */
  void copyTo(Path directory);

  /** Reads everything and compares checksums. */
  void verify();

  /** Notes that it is damaged, so that it is not opened again as if nothing had happened. */
  void condemn(String reason);

  /** Bytes of the store's files. */
  long bytesOnDisk();

  @Override
  void close();

  /** A cursor over rows. Closing it twice does no harm. */
  interface Scan extends AutoCloseable {

    /** True if there is a current row. */
    boolean valid();

    byte[] key();

    byte[] value();

    void next();

    @Override
    void close();
  }
}
