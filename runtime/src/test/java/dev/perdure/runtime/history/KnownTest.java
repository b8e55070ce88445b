package dev.perdure.runtime.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.Keys;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter of known entities, on a real store. */
class KnownTest {

  private static final int BYTES = 1 << 20;
  private static final int ENTITIES = 500_000;

  @TempDir Path directory;

  private NativeMemory memory;
  private StateStore rows;

  @BeforeEach
  void open() {
    memory = new NativeMemory(64L << 20);
    rows = RocksStateStore.open(directory, memory);
  }

  @AfterEach
  void close() {
    rows.close();
    memory.close();
  }

  private void put(byte[] key, byte[] value) {
    StoreBatch batch = new StoreBatch();
    batch.put(key, value);
    rows.write(batch);
  }

  private static byte[] totals(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void store(Known known, String totals) {
    known.store(rows::write);
    put(Keys.knownOf(), known.belongsTo(totals(totals)));
    put(Keys.totals(), totals(totals));
    put(Keys.meta(), new byte[] {1});
  }

  @Test
  void forgetsNobodyAndSeldomGuessesWrong() {
    Known known = new Known(BYTES);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < ENTITIES; i++) {
      known.add(random.nextLong());
    }
    random = new SplittableRandom(1);
    for (int i = 0; i < ENTITIES; i++) {
      assertThat(known.has(random.nextLong())).isTrue();
    }
    int wrong = 0;
    SplittableRandom others = new SplittableRandom(2);
    for (int i = 0; i < ENTITIES; i++) {
      wrong += known.has(others.nextLong()) ? 1 : 0;
    }
    System.out.printf("%.3f %% in vain%n", 100.0 * wrong / ENTITIES);
    assertThat(wrong).isLessThan(ENTITIES / 50);
  }

  @Test
  void isReadBackIfItBelongsToTheTotals() {
    Known known = Objects.requireNonNull(Known.of(rows, BYTES));
    known.add(77);
    store(known, "first");

    Known again = Objects.requireNonNull(Known.of(rows, BYTES));
    assertThat(again.has(77)).isTrue();
    assertThat(again.has(78)).isFalse();
  }

  @Test
  void isLeftAsideIfSomebodyElseWroteTheTotalsOrItIsOfAnotherSize() {
    store(new Known(BYTES), "first");
    assertThat(Known.of(rows, BYTES / 2)).isNull();
    assertThat(Known.of(rows, BYTES * 2)).isNull();
    put(Keys.totals(), totals("second"));

    assertThat(Known.of(rows, BYTES)).isNull();
    HistoryStore store = new HistoryStore(rows, 1_000, BYTES);
    assertThat(store.mayKnow(new byte[] {1, 2, 3})).isTrue();
  }

  @Test
  void damageIsFound() {
    store(new Known(BYTES), "first");
    byte[] page = Objects.requireNonNull(rows.get(Keys.known(3)));
    page[page.length / 2] ^= 1;
    put(Keys.known(3), page);

    assertThatThrownBy(() -> Known.of(rows, BYTES)).isInstanceOf(CorruptionException.class);
  }

  @Test
  void pagesOfAnotherFormatAreLeftAside() {
    put(Keys.meta(), new byte[] {1});
    put(Keys.totals(), totals("first"));
    // As a build that knew of records alone wrote it.
    put(
        Keys.knownOf(),
        new dev.perdure.kernel.ByteWriter(24)
            .u8(1)
            .u8('F')
            .u64(dev.perdure.kernel.Hash64.of(totals("first")))
            .u32(64)
            .checksumFrom(0)
            .toBytes());
    assertThat(Known.of(rows, BYTES)).isNull();
  }
}
