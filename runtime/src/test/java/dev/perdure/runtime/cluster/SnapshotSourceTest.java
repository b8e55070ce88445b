package dev.perdure.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.store.NativeMemory;
import dev.perdure.runtime.store.RocksStateStore;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotSourceTest {

  private static final long MINUTE_NS = 60_000_000_000L;

  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong();
  private final Clock clock =
      new Clock() {
        @Override
        public long monotonicNs() {
          return now.get();
        }

        @Override
        public long wallMicros() {
          return 0;
        }
      };

  @Test
  void keepsTheLogForACopyThatGoesOnAndEndsOneThatDoesNot() throws IOException {
    Snapshots snapshots = new Snapshots(directory.resolve("snapshots"));
    Snapshots.Kept kept;
    try (NativeMemory memory = new NativeMemory(16 << 20);
        RocksStateStore store = RocksStateStore.open(directory.resolve("state"), memory)) {
      Snapshots.Snapshot taken = snapshots.take(store, 1, 7);
      kept =
          snapshots
              .keepCopy(
                  copy -> {
                    store.copyTo(copy);
                    return new LogPosition(taken.term(), taken.index());
                  })
              .orElseThrow();
    }
    SnapshotSource source = new SnapshotSource(clock, Entropy.system());
    AtomicInteger prolonged = new AtomicInteger();
    ByteWriter out = new ByteWriter(256);
    source.begin(kept, prolonged::incrementAndGet, out);
    assertThat(prolonged).hasValue(1);
    ByteReader begun = new ByteReader(out.toBytes(), "begun");
    byte[] piece =
        new ByteWriter(64).u64(begun.u64()).u64(begun.u64()).text("CURRENT").varint(0).toBytes();
    for (int minute = 1; minute <= 10; minute++) {
      now.addAndGet(MINUTE_NS - 1);
      source.sweep();
      assertThat(source.piece(new ByteReader(piece, "piece"))).isNotEmpty();
      assertThat(prolonged).hasValue(minute + 1);
    }
    now.addAndGet(MINUTE_NS + 1);
    source.sweep();
    assertThat(Files.exists(kept.snapshot().directory())).isFalse();
    assertThatThrownBy(() -> source.piece(new ByteReader(piece, "piece")))
        .hasMessageContaining("begin anew");
  }
}
