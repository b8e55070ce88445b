package dev.perdure.lab.powercut;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of one file, and an oracle that shares nothing with the builder: it keeps the
 * whole file after every change, and holds each sector of an image against them.
 */
class ImageLegalityTest {

  private static final int HISTORIES = 100;
  private static final int STEPS = 30;
  private static final int SECTOR_BYTES = 512;
  private static final int FILE_BYTES_MAX = 20_000;
  private static final int EIO = 5;

  @TempDir(factory = InMemory.class)
  Path directory;

  @Test
  void noImageLosesWhatIsCertainOrShowsWhatNeverWas() throws IOException {
    int differing = 0;
    for (int history = 0; history < HISTORIES; history++) {
      Oracle oracle = new Oracle(new SplittableRandom(history));
      oracle.play();
      for (CrashModel model : CrashModel.values()) {
        CrashImages images = CrashImages.of(oracle.script.trace(), model);
        for (int seed = 0; seed < images.fates(); seed++) {
          Path image = directory.resolve("image");
          CrashImage built = images.build(oracle.script.now(), seed, image);
          byte[] found = Files.readAllBytes(image.resolve("f"));
          oracle.hold(found, built, "history " + history + ", " + built.recipe());
          differing += Arrays.equals(found, oracle.last().content) ? 0 : 1;
          Directories.delete(image);
        }
      }
    }
    assertThat(differing).as("images that lost something").isGreaterThan(HISTORIES);
  }

  /**
   * The file after one change.
   *
   * @param from the first byte the change touched, and to the one after the last; equal for none
   */
  private record Version(byte[] content, int from, int to) {
    boolean touches(int start, int end) {
      return from < end && start < to;
    }
  }

  private static final class Oracle {
    private final SplittableRandom random;
    private final Script script = new Script().create("f").fsync("");
    private final List<Version> versions = new ArrayList<>();

    /** By version: null while open, then whether it is certain or given up. */
    private final List<Boolean> settled = new ArrayList<>();

    Oracle(SplittableRandom random) {
      this.random = random;
      versions.add(new Version(new byte[0], 0, 0));
      settled.add(true);
    }

    Version last() {
      return versions.getLast();
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(12)) {
          case 0 -> truncate();
          case 1 -> punch();
          case 2 -> allocate();
          case 3 -> sync(SyncCall.FSYNC, 0);
          case 4 -> sync(SyncCall.FDATASYNC, random.nextInt(3) == 0 ? EIO : 0);
          case 5 -> sync(SyncCall.SYNC_FILE_RANGE, 0);
          default -> write();
        }
      }
    }

    private void write() {
      int at = random.nextInt(FILE_BYTES_MAX / 2);
      byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : FILE_BYTES_MAX / 2)];
      Arrays.fill(data, (byte) (1 + versions.size()));
      boolean through = random.nextInt(6) == 0;
      script.write("f", at, data, through);
      byte[] content = resized(Math.max(last().content.length, at + data.length));
      System.arraycopy(data, 0, content, at, data.length);
      add(new Version(content, at, at + data.length), through);
    }

    private void truncate() {
      int size = random.nextInt(FILE_BYTES_MAX);
      script.truncate("f", size);
      add(new Version(resized(size), Math.min(size, last().content.length), FILE_BYTES_MAX), false);
    }

    private void punch() {
      int from = random.nextInt(FILE_BYTES_MAX);
      int bytes = 1 + random.nextInt(5000);
      int mode = Operation.Allocate.PUNCH_HOLE | Operation.Allocate.KEEP_SIZE;
      script.allocate("f", mode, from, bytes);
      byte[] content = last().content.clone();
      int to = Math.min(from + bytes, content.length);
      if (from < to) {
        Arrays.fill(content, from, to, (byte) 0);
      }
      add(new Version(content, from, Math.max(from, to)), false);
    }

    private void allocate() {
      int from = random.nextInt(FILE_BYTES_MAX / 2);
      int bytes = 1 + random.nextInt(FILE_BYTES_MAX / 2);
      script.allocate("f", 0, from, bytes);
      add(new Version(resized(Math.max(last().content.length, from + bytes)), 0, 0), false);
    }

    private void sync(SyncCall call, int error) {
      script.sync("f", call, error);
      if (call != SyncCall.SYNC_FILE_RANGE) {
        settled.replaceAll(known -> known == null ? Boolean.valueOf(error == 0) : known);
      }
    }

    private byte[] resized(int size) {
      return Arrays.copyOf(last().content, size);
    }

    private void add(Version version, boolean certain) {
      versions.add(version);
      settled.add(certain ? true : null);
    }

    void hold(byte[] found, CrashImage image, String where) {
      int certain = settled.lastIndexOf(true);
      assertThat(sizeIsPossible(found.length, certain))
          .as(where + ": size " + found.length)
          .isTrue();
      for (int start = 0; start < found.length; start += SECTOR_BYTES) {
        int end = Math.min(start + SECTOR_BYTES, found.length);
        assertThat(sectorIsPossible(found, start, end) || image.fate() == Fate.STALE_BLOCKS)
            .as(where + ": sector at " + start)
            .isTrue();
      }
      if (certain == versions.size() - 1 && !settled.contains(null) && !settled.contains(false)) {
        assertThat(found).as(where).isEqualTo(last().content);
      }
    }

    private boolean sizeIsPossible(int size, int certain) {
      for (int i = certain; i < versions.size(); i++) {
        int after = versions.get(i).content.length;
        int before = i == 0 ? 0 : versions.get(i - 1).content.length;
        boolean partOfAWrite = i > certain && before < size && size < after;
        if (size == after || (partOfAWrite && size % SECTOR_BYTES == 0)) {
          return true;
        }
      }
      return false;
    }

    private boolean sectorIsPossible(byte[] found, int start, int end) {
      int floor = 0;
      for (int i = 0; i < versions.size(); i++) {
        boolean certain = Boolean.TRUE.equals(settled.get(i));
        if (certain && versions.get(i).touches(start, start + SECTOR_BYTES)) {
          floor = i;
        }
      }
      byte[] sector = Arrays.copyOfRange(found, start, end);
      for (int i = floor; i < versions.size(); i++) {
        byte[] whole = Arrays.copyOf(versions.get(i).content, Math.max(end, found.length));
        if (Arrays.equals(sector, Arrays.copyOfRange(whole, start, end))) {
          return true;
        }
      }
      return false;
    }
  }
}
