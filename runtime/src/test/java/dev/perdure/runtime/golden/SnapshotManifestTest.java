package dev.perdure.runtime.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.Snapshots;
import dev.perdure.runtime.store.StateStore;
import dev.perdure.runtime.store.StoreBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot's manifest is, byte for byte, what it was in the first release. */
class SnapshotManifestTest {

  private static final String MANIFEST = "MANIFEST.perdure";

  @TempDir Path directory;

  @Test
  void manifestsKeepTheirBytes() throws IOException {
    Snapshots.Snapshot taken = new Snapshots(directory).take(new TwoFiles(), 7, 1000);

    assertThat(taken.directory()).isEqualTo(directory.resolve("snapshot-1000"));
    assertThat(Files.readAllBytes(taken.directory().resolve(MANIFEST)))
        .isEqualTo(Golden.bytes("snapshot-manifest"));
  }

  @Test
  void manifestsAreReadBackAndDamageIsNamed() throws IOException {
    Path written = Files.createDirectories(directory.resolve("snapshot-1000"));
    new TwoFiles().fill(written);
    Files.write(written.resolve(MANIFEST), Golden.bytes("snapshot-manifest"));

    assertThat(new Snapshots(directory).list())
        .singleElement()
        .satisfies(one -> assertThat(one.term()).isEqualTo(7))
        .satisfies(one -> assertThat(one.index()).isEqualTo(1000))
        .satisfies(Snapshots::verify);

    Files.writeString(written.resolve("000012.sst"), "tab1e");
    assertThatThrownBy(() -> Snapshots.verify(new Snapshots.Snapshot(7, 1000, written)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("snapshot-1000/000012.sst is damaged");
  }

  /** A store whose copy is two files with known content. */
  private static final class TwoFiles implements StateStore {
    void fill(Path target) throws IOException {
      Files.createDirectories(target);
      Files.writeString(target.resolve("CURRENT"), "MANIFEST-000004\n");
      Files.writeString(target.resolve("000012.sst"), "table");
    }

    @Override
    public void copyTo(Path target) {
      try {
        fill(target);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public byte[] get(byte[] key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(StoreBatch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Scan scan(byte[] from, byte[] to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void verify() {}

    @Override
    public void condemn(String reason) {}

    @Override
    public long bytesOnDisk() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
