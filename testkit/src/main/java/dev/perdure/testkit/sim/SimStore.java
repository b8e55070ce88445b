package dev.perdure.testkit.sim;

import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state store on a simulated disk. */
public final class SimStore implements StateStore {

  private final SimDisk disk;
  private final Points points;

  /** Places in the shard's code where other threads may run, or the machine may stop. */
  public interface Points {
    /** Before rows are read. */
    void reading();

    /** Before and after a batch is written. */
    void writing();
  }

  /** A store. */
  public SimStore(SimDisk disk, Points points) {
    this.disk = disk;
    this.points = points;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    points.reading();
    return disk.live().get(key);
  }

  @Override
  public void write(StoreBatch batch) {
    points.writing();
    disk.write(batch);
    points.writing();
  }

  @Override
  public Scan scan(byte[] from, byte[] to) {
    points.reading();
    return new Rows(new TreeMap<>(disk.live().subMap(from, true, to, false)).entrySet().iterator());
  }

  /** There are no files: who asked for the copy takes it from the disk. */
  @Override
  public void copyTo(Path directory) {
    points.writing();
  }

  @Override
  public void verify() {
    // Rows in memory have nothing to verify.
  }

  @Override
  public void condemn(String reason) {
    throw new IllegalStateException("nothing is damaged here, but found so: " + reason);
  }

  @Override
  public long bytesOnDisk() {
    return 0;
  }

  @Override
  public void close() {
    // The disk outlives the process.
  }

  private static final class Rows implements Scan {
    private final Iterator<Map.Entry<byte[], byte[]>> rest;
    private Map.@Nullable Entry<byte[], byte[]> row;

    Rows(Iterator<Map.Entry<byte[], byte[]>> rest) {
      this.rest = rest;
      next();
    }

    @Override
    public boolean valid() {
      return row != null;
    }

    @Override
    public byte[] key() {
      return current().getKey();
    }

    @Override
    public byte[] value() {
      return current().getValue();
    }

    private Map.Entry<byte[], byte[]> current() {
      Map.Entry<byte[], byte[]> now = row;
      if (now == null) {
        throw new IllegalStateException("no row");
      }
      return now;
    }

    @Override
    public void next() {
      row = rest.hasNext() ? rest.next() : null;
    }

    @Override
    public void close() {
      row = null;
    }
  }
}
