package dev.perdure.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store over RocksDB against a map that holds every record as a row. */
class HistoryStoreTest {

  private static final int ENTITIES = 12;
  private static final byte[] ALL_FROM = Keys.slot(0);
  private static final byte[] ALL_TO = Keys.slot(EntityAddress.SLOTS);

  @TempDir Path directory;

  private final NativeMemory memory = new NativeMemory(32 << 20);
  private final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
  private final List<Change> sinceTotals = new ArrayList<>();
  private RocksStateStore rows;
  private HistoryStore store;
  private long offset;
  private int taken;

  /** A row that is written: a record with events, another row, or a delete. */
  private record Change(Kind kind, byte[] key, byte[] value) {}

  private enum Kind {
    RECORD,
    ROW,
    DELETE
  }

  @BeforeEach
  void open() {
    rows = RocksStateStore.open(directory.resolve("state"), memory);
    store = new HistoryStore(rows, 6_000);
  }

  @AfterEach
  void close() {
    rows.close();
    memory.close();
  }

  private static EntityAddress entity(int number) {
    // One id is a prefix of others, and ids hold the bytes that kinds are made of.
    return new EntityAddress("t", "type", "r".repeat(1 + number % 3) + "h" + number / 3);
  }

  private static StoreBatch batch(List<Change> changes) {
    StoreBatch batch = new StoreBatch();
    for (Change change : changes) {
      switch (change.kind) {
        case ROW -> batch.put(change.key, change.value);
        case DELETE -> batch.delete(change.key);
        case RECORD -> {
          byte[] source = Arrays.copyOf(change.key, change.key.length + change.value.length);
          System.arraycopy(change.value, 0, source, change.key.length, change.value.length);
          batch.record(
              new StoreBatch.Added(
                  source,
                  new StoreBatch.Range(0, change.key.length),
                  new StoreBatch.Range(change.key.length, change.value.length)));
        }
      }
    }
    return batch;
  }

  private void write(List<Change> changes) {
    store.write(batch(changes));
    sinceTotals.addAll(changes);
    for (Change change : changes) {
      if (change.kind == Kind.DELETE) {
        model.remove(change.key);
      } else {
        model.put(change.key, change.value);
      }
    }
  }

  private List<Change> some(SplittableRandom random) {
    List<Change> changes = new ArrayList<>();
    int count = 1 + random.nextInt(20);
    for (int i = 0; i < count; i++) {
      EntityAddress address = entity(random.nextInt(ENTITIES));
      byte[] value =
          ("v" + offset + "x".repeat(random.nextInt(200))).getBytes(StandardCharsets.UTF_8);
      byte[] record = Keys.record(address, offset);
      offset += 1 + random.nextInt(3);
      switch (random.nextInt(10)) {
        case 0 -> changes.add(new Change(Kind.ROW, Keys.checkpoint(address), value));
        case 1, 2 -> changes.add(new Change(Kind.ROW, record, value));
        default -> changes.add(new Change(Kind.RECORD, record, value));
      }
    }
    return changes;
  }

  /** What a scan gives, each key once. */
  private static Map<String, String> scanned(StateStore.Scan scan) {
    Map<String, String> found = new LinkedHashMap<>();
    try (scan) {
      for (; scan.valid(); scan.next()) {
        String before =
            found.put(
                Arrays.toString(scan.key()), new String(scan.value(), StandardCharsets.UTF_8));
        assertThat(before).as("a row that came twice").isNull();
      }
    }
    return found;
  }

  private Map<String, String> expected(byte[] from, byte[] to) {
    Map<String, String> expected = new LinkedHashMap<>();
    model
        .subMap(from, true, to, false)
        .forEach(
            (key, value) ->
                expected.put(Arrays.toString(key), new String(value, StandardCharsets.UTF_8)));
    return expected;
  }

  private void check(SplittableRandom random) {
    assertThat(scanned(store.scan(ALL_FROM, ALL_TO))).isEqualTo(expected(ALL_FROM, ALL_TO));
    for (int i = 0; i < ENTITIES; i++) {
      EntityAddress address = entity(i);
      byte[] from = Keys.record(address, random.nextLong(offset + 1));
      byte[] to =
          random.nextBoolean()
              ? Keys.recordsEnd(address)
              : Keys.record(address, random.nextLong(offset + 1));
      if (Arrays.compareUnsigned(from, to) < 0) {
        assertThat(scanned(store.scan(from, to))).isEqualTo(expected(from, to));
      }
      byte[] one = Keys.record(address, random.nextLong(offset + 1));
      assertThat(store.get(one)).isEqualTo(model.get(one));
    }
  }

  /** A snapshot that is copied some writes after it was sealed. */
  private void snapshot(SplittableRandom random) {
    byte[] totals = ("totals " + taken).getBytes(StandardCharsets.UTF_8);
    store.seal(totals);
    int sealedUpTo = sinceTotals.size();
    for (int i = random.nextInt(12); i > 0; i--) {
      write(some(random));
      check(random);
    }
    if (random.nextInt(4) == 0) {
      return; // it never comes to a copy
    }
    store.copyTo(directory.resolve("copy-" + taken++));
    assertThat(store.get(Keys.totals())).isEqualTo(totals);
    sinceTotals.subList(0, sealedUpTo).clear();
  }

  /**
   * Everything in memory is gone; what came behind the totals comes again, perhaps cut otherwise.
   */
  private void restart(SplittableRandom random) {
    store = new HistoryStore(rows, random.nextBoolean() ? 6_000 : 20_000);
    int at = 0;
    while (at < sinceTotals.size()) {
      int end = Math.min(sinceTotals.size(), at + 1 + random.nextInt(30));
      store.replay(batch(sinceTotals.subList(at, end)));
      at = end;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void readsAsIfEachRecordWereARow(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      write(some(random));
      switch (random.nextInt(12)) {
        case 0 -> snapshot(random);
        case 1 -> restart(random);
        case 2 -> deleteSome(random);
        default -> {}
      }
      if (i % 3 == 0) {
        check(random);
      }
    }
    check(random);
  }

  /** As expiry does: only records without events, which are rows. */
  private void deleteSome(SplittableRandom random) {
    List<byte[]> bare =
        sinceTotals.stream()
            .filter(change -> change.kind == Kind.ROW && Keys.isRecord(change.key))
            .map(Change::key)
            .toList();
    if (!bare.isEmpty()) {
      write(List.of(new Change(Kind.DELETE, bare.get(random.nextInt(bare.size())), new byte[0])));
    }
  }

  @Test
  void givesAnEntitysEventsInOrder() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 60; i++) {
      write(some(random));
    }
    restart(random);
    List<Long> offsets = new ArrayList<>();
    EntityAddress address = entity(4);
    try (StateStore.Scan scan = store.scan(Keys.record(address, 0), Keys.recordsEnd(address))) {
      for (; scan.valid(); scan.next()) {
        if (model.containsKey(scan.key()) && isEventRecord(scan.key())) {
          offsets.add(Keys.offsetOf(scan.key()));
        }
      }
    }
    assertThat(offsets).hasSizeGreaterThan(20).isSortedAccordingTo(Comparator.naturalOrder());
  }

  private boolean isEventRecord(byte[] key) {
    return sinceTotals.stream()
        .anyMatch(change -> change.kind == Kind.RECORD && Arrays.equals(change.key, key));
  }

  @Test
  void totalsAreStoredBehindTheRecordsBeforeThem() {
    SplittableRandom random = new SplittableRandom(9);
    write(some(random));
    store.seal("totals".getBytes(StandardCharsets.UTF_8));
    assertThat(rows.get(Keys.totals())).isNull();
    write(some(random));
    store.storeAllSealed();
    assertThat(rows.get(Keys.totals())).isNotNull();
    check(random);
  }

  /** A store of which the test says what happens when it is written. */
  private static final class Watched implements StateStore {
    private final StateStore rows;
    private Runnable beforeWrite = () -> {};

    Watched(StateStore rows) {
      this.rows = rows;
    }

    @Override
    public void write(StoreBatch batch) {
      Runnable now = beforeWrite;
      beforeWrite = () -> {};
      now.run();
      rows.write(batch);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      return rows.get(key);
    }

    @Override
    public Scan scan(byte[] from, byte[] to) {
      return rows.scan(from, to);
    }

    @Override
    public void copyTo(Path copy) {
      rows.copyTo(copy);
    }

    @Override
    public void verify() {
      rows.verify();
    }

    @Override
    public void condemn(String reason) {
      rows.condemn(reason);
    }

    @Override
    public long bytesOnDisk() {
      return rows.bytesOnDisk();
    }

    @Override
    public void close() {
      rows.close();
    }
  }

  /** The next record of one entity. */
  private Change record(int number) {
    byte[] key = Keys.record(entity(number), offset++);
    return new Change(Kind.RECORD, key, ("v" + offset).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void totalsAreStoredBehindRecordsThatAreJustLeaving() {
    Watched watched = new Watched(rows);
    store = new HistoryStore(watched, 1 << 20);
    write(List.of(record(0), record(0)));
    store.seal("totals".getBytes(StandardCharsets.UTF_8));
    List<Change> full = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      full.add(record(0));
    }
    List<String> storedWithTotals = new ArrayList<>();
    watched.beforeWrite =
        () -> {
          store.storeAllSealed(); // as on the snapshot's thread, just before the write
          storedWithTotals.addAll(
              scanned(new HistoryStore(rows, 0).scan(ALL_FROM, ALL_TO)).values());
        };
    write(full);
    assertThat(rows.get(Keys.totals())).isNotNull();
    assertThat(storedWithTotals).containsExactly("v1", "v2");
    check(new SplittableRandom(1));
  }

  @Test
  void afterAFailedWriteNothingMoreIsWritten() {
    Watched watched = new Watched(rows);
    store = new HistoryStore(watched, 1 << 20);
    write(List.of(record(0)));
    watched.beforeWrite =
        () -> {
          throw new IllegalStateException("disk");
        };
    StoreBatch lost = batch(List.of(new Change(Kind.ROW, Keys.meta(), new byte[] {1})));
    assertThatThrownBy(() -> store.write(lost)).hasMessage("disk");
    assertThatThrownBy(() -> store.write(lost)).hasMessageContaining("opened anew");
    assertThatThrownBy(() -> store.seal(new byte[1])).hasMessageContaining("opened anew");
    assertThatThrownBy(() -> store.copyTo(directory.resolve("copy")))
        .hasMessageContaining("opened anew");
    assertThat(rows.get(Keys.meta())).isNull();
  }

  @Test
  void readsNoChunkBehindTheEndOfARange() {
    for (int i = 0; i < 200; i++) {
      write(List.of(record(i == 4 ? 1 : 0)));
    }
    byte[] last = Keys.chunk(Keys.prefixOf(Keys.checkpoint(entity(0))), 192);
    assertThat(rows.get(last)).isNotNull();
    StoreBatch damage = new StoreBatch();
    damage.put(last, new byte[] {1, 2, 3});
    rows.write(damage);
    // What ends the range is not there: the next record has to end it, not the end of all chunks.
    assertThat(store.get(Keys.record(entity(0), 4))).isNull();
    byte[] from = Keys.record(entity(0), 3);
    assertThat(scanned(store.scan(from, Keys.record(entity(0), 5))).values()).containsExactly("v4");
    assertThatThrownBy(() -> scanned(store.scan(from, Keys.recordsEnd(entity(0)))))
        .isInstanceOf(CorruptionException.class);
  }

  @Test
  void aScanSeesTheMomentAtWhichItBegan() {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 20; i++) {
      write(some(random));
    }
    Map<String, String> before = expected(ALL_FROM, ALL_TO);
    StateStore.Scan scan = store.scan(ALL_FROM, ALL_TO);
    for (int i = 0; i < 20; i++) {
      write(some(random));
    }
    snapshot(random);
    assertThat(scanned(scan)).isEqualTo(before);
  }

  @Test
  void overAStoreThatIsOnlyReadAReplayWritesNothing() {
    SplittableRandom random = new SplittableRandom(13);
    for (int i = 0; i < 40; i++) {
      write(some(random));
    }
    Map<String, String> stored = scanned(rows.scan(ALL_FROM, ALL_TO));
    HistoryStore reader = HistoryStore.readOnly(rows);
    reader.replay(batch(sinceTotals));
    assertThat(scanned(reader.scan(ALL_FROM, ALL_TO))).isEqualTo(expected(ALL_FROM, ALL_TO));
    assertThat(scanned(rows.scan(ALL_FROM, ALL_TO))).isEqualTo(stored);
  }
}
