package dev.perdure.runtime.store;

import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB without its write-ahead log. One column family, so that every flush is the state after
 * some batch; universal compaction, because history is only ever added.
 */
public final class RocksStateStore implements StateStore {

  private static final int CLOSE_WAITS_MAX = 10_000;
  private static final long CLOSE_WAIT_NS = 1_000_000;
  private static final String CONDEMNED = "CONDEMNED.perdure";
  private static final long MEMTABLE_BYTES = 16L << 20;

  private final Path directory;
  private final Filters filters = new Filters();
  private final Options options;
  private final RocksDB db;
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private final ReadOptions reads = new ReadOptions().setVerifyChecksums(true);
  private final AtomicInteger users = new AtomicInteger();
  private volatile boolean closed;

  private RocksStateStore(Path directory, NativeMemory memory, boolean readOnly)
      throws RocksDBException {
    this.directory = directory;
    this.options = options(memory, filters);
    this.db =
        readOnly
            ? RocksDB.openReadOnly(options, directory.toString())
            : RocksDB.open(options, directory.toString());
  }

  /** Opens an existing store for reading only. */
  public static RocksStateStore openReadOnly(Path directory, NativeMemory memory) {
    try {
      return new RocksStateStore(directory, memory, true);
    } catch (RocksDBException e) {
      throw failure("state store " + directory.getFileName() + " cannot be opened", e);
    }
  }

  /**
   * Opens or creates a store.
   *
   * @throws CorruptionException if what is there cannot be read
   */
  public static RocksStateStore open(Path directory, NativeMemory memory) {
    try {
      StableDirectory.create(directory);
      Path condemned = directory.resolve(CONDEMNED);
      if (Files.exists(condemned)) {
        throw new CorruptionException("it was found damaged: " + Files.readString(condemned));
      }
      return new RocksStateStore(directory, memory, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RocksDBException e) {
      throw failure("state store " + directory.getFileName() + " cannot be opened", e);
    }
  }

  private static Options options(NativeMemory memory, Filters filters) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(memory.cache())
            .setBlockSize(16 * 1024)
            .setFormatVersion(6)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(filters.bloom);
    return new Options()
        .setCreateIfMissing(true)
        .setWriteBufferManager(memory.writeBuffers())
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(4)
        .setCompactionStyle(CompactionStyle.UNIVERSAL)
        .setCompactionOptionsUniversal(filters.universal)
        .setLevel0FileNumCompactionTrigger(8)
        .setLevel0SlowdownWritesTrigger(60)
        .setLevel0StopWritesTrigger(100)
        .setMaxBackgroundJobs(2)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setParanoidChecks(true)
        .setMaxOpenFiles(512)
        .setKeepLogFileNum(2)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setStatsDumpPeriodSec(0)
        .setTableFormatConfig(table);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    enter();
    try {
      return db.get(reads, key);
    } catch (RocksDBException e) {
      throw failure("state store cannot be read", e);
    } finally {
      users.decrementAndGet();
    }
  }

  /** A replica may be closed while others read it; native code would end the process. */
  private void enter() {
    users.incrementAndGet();
    if (closed) {
      users.decrementAndGet();
      throw new IllegalStateException("the state store is closed");
    }
  }

  @Override
  public void write(StoreBatch batch) {
    try (WriteBatch rows = new WriteBatch(batch.toBytes())) {
      db.write(unlogged, rows);
    } catch (RocksDBException e) {
      throw failure("state store cannot be written", e);
    }
  }

  @Override
  public Scan scan(byte[] from, byte[] to) {
    enter();
    return new RocksScan(db, from, to, users);
  }

  /**
   * The same rows the other way round, the last one first.
   *
   * @param from inclusive
   * @param to exclusive
   */
  public Scan scanDown(byte[] from, byte[] to) {
    enter();
    return new RocksScanDown(db, from, to, users);
  }

  /** Flushes memtables, then links the immutable files. */
  @Override
  public void copyTo(Path target) {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw failure("state store cannot be copied", e);
    }
  }

  @Override
  public void verify() {
    try {
      db.verifyChecksum();
    } catch (RocksDBException e) {
      throw failure("state store is damaged", e);
    }
  }

  /** Merges all files, so that sizes can be compared. */
  public void compact() {
    try {
      db.compactRange();
    } catch (RocksDBException e) {
      throw failure("state store cannot be compacted", e);
    }
  }

  @Override
  public void condemn(String reason) {
    try {
      Files.writeString(directory.resolve(CONDEMNED), reason);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long bytesOnDisk() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a close does not flush comes again from the journal. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!unused()) {
      return; // left open: who reads it still must not find it gone
    }
    try {
      db.cancelAllBackgroundWork(true);
      db.close();
    } finally {
      unlogged.close();
      reads.close();
      options.close();
      filters.close();
    }
  }

  private boolean unused() {
    for (int waited = 0; users.get() > 0 && waited < CLOSE_WAITS_MAX; waited++) {
      LockSupport.parkNanos(CLOSE_WAIT_NS);
    }
    return users.get() == 0;
  }

  private static RuntimeException failure(String what, RocksDBException cause) {
    Status status = cause.getStatus();
    String detail = what + ": " + cause.getMessage();
    boolean damaged =
        status != null
            && (status.getCode() == Status.Code.Corruption
                || status.getCode() == Status.Code.NotFound
                || status.getCode() == Status.Code.InvalidArgument);
    return damaged
        ? new CorruptionException(detail, cause)
        : new UncheckedIOException(new IOException(detail, cause));
  }

  /** Native option objects that must live as long as the store. */
  private static final class Filters implements AutoCloseable {
    private final BloomFilter bloom = new BloomFilter(10, false);
    private final CompactionOptionsUniversal universal =
        new CompactionOptionsUniversal()
            .setAllowTrivialMove(true)
            .setMaxSizeAmplificationPercent(100);

    @Override
    public void close() {
      bloom.close();
      universal.close();
    }
  }

  /** From the last row to the first. */
  private static final class RocksScanDown extends RocksScan {
    RocksScanDown(RocksDB db, byte[] from, byte[] to, AtomicInteger users) {
      super(db, from, to, users);
    }

    @Override
    void begin(RocksIterator rows, byte[] from) {
      rows.seekToLast();
    }

    @Override
    void step(RocksIterator rows) {
      rows.prev();
    }
  }

  private static class RocksScan implements Scan {
    private final Slice lower;
    private final Slice upper;
    private final ReadOptions options;
    private final RocksIterator rows;
    private final byte[] from;
    private final AtomicInteger users;
    private boolean begun;
    private boolean open = true;

    /** Fixes what is seen; reads nothing yet. */
    RocksScan(RocksDB db, byte[] from, byte[] to, AtomicInteger users) {
      this.users = users;
      this.from = from;
      lower = new Slice(from);
      upper = new Slice(to);
      options =
          new ReadOptions()
              .setIterateLowerBound(lower)
              .setIterateUpperBound(upper)
              .setVerifyChecksums(true);
      rows = db.newIterator(options);
    }

    void begin(RocksIterator all, byte[] first) {
      all.seek(first);
    }

    void step(RocksIterator all) {
      all.next();
    }

    @Override
    public boolean valid() {
      if (!begun) {
        begun = true;
        begin(rows, from);
      }
      boolean valid = rows.isValid();
      if (!valid) {
        try {
          rows.status();
        } catch (RocksDBException e) {
          throw failure("state store cannot be read", e);
        }
      }
      return valid;
    }

    @Override
    public byte[] key() {
      return rows.key();
    }

    @Override
    public byte[] value() {
      return rows.value();
    }

    @Override
    public void next() {
      step(rows);
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        rows.close();
        options.close();
        upper.close();
        lower.close();
        users.decrementAndGet();
      }
    }
  }
}
