package dev.perdure.runtime.store;

import dev.perdure.journal.LogPosition;
import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's snapshots: copies of its store with a manifest, complete and forced to disk before they
 * get their name. One thread takes them; the newest two are kept.
 *
 * <p>The manifest holds the checksum of every file, so that a damaged snapshot is named and not
 * used. Files never change once written, so each is read for its checksum once, when it first
 * appears.
 */
public final class Snapshots {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /** Name of the manifest in a snapshot's directory. */
  public static final String MANIFEST = "MANIFEST.perdure";

  private static final String PREFIX = "snapshot-";
  private static final String UNFINISHED = "unfinished";
  private static final String KEPT_PREFIX = "kept-";
  private static final int KEPT = 2;
  private static final int FORMAT = 1;
  private static final int TYPE = 'S';

  private final Path directory;
  private final Map<String, FileSum> known = new HashMap<>();
  private final AtomicLong keptCount = new AtomicLong();

  /** The snapshots in a directory, which is created if need be. */
  public Snapshots(Path directory) {
    this.directory = directory;
    try {
      StableDirectory.create(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what an earlier process left half-way. */
  public void clean() {
    try {
      deleteTree(directory.resolve(UNFINISHED));
      try (Stream<Path> all = Files.list(directory)) {
        for (Path one : all.toList()) {
          if (String.valueOf(one.getFileName()).startsWith(KEPT_PREFIX)) {
            deleteTree(one);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Length and CRC-32C of a file. */
  public record FileSum(long bytes, int crc) {}

  /**
   * A snapshot on disk.
   *
   * @param term of the log position that it stands for
   * @param index of that position: replay begins behind it
   */
  public record Snapshot(long term, long index, Path directory) {}

  /** A snapshot that is kept for a reader although newer ones are taken. */
  public static final class Kept implements AutoCloseable {
    private final Snapshot snapshot;

    private Kept(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    public Snapshot snapshot() {
      return snapshot;
    }

    /** Its files with their sizes, the manifest among them. */
    public Map<String, Long> files() throws IOException {
      Map<String, Long> sizes = new TreeMap<>();
      for (Path file : Snapshots.files(snapshot.directory)) {
        sizes.put(String.valueOf(file.getFileName()), Files.size(file));
      }
      return sizes;
    }

    @Override
    public void close() {
      try {
        deleteTree(snapshot.directory);
      } catch (IOException e) {
        LOG.warn("a copied snapshot could not be removed: {}", e.getMessage());
      }
    }
  }

  /**
   * Keeps a copy of the store for a reader that wants to know its position exactly.
   *
   * @param copier makes it, and says which position it stands for; null to be asked again
   */
  public Optional<Kept> keepCopy(Function<Path, @Nullable LogPosition> copier) throws IOException {
    Path copy = directory.resolve(KEPT_PREFIX + "copy-" + keptCount.incrementAndGet());
    deleteTree(copy);
    LogPosition position = copier.apply(copy);
    if (position == null) {
      return Optional.empty();
    }
    Kept kept = new Kept(new Snapshot(position.term(), position.index(), copy));
    try {
      Files.write(
          copy.resolve(MANIFEST), manifestOf(position.term(), position.index(), sumsOfCopy(copy)));
      return Optional.of(kept);
    } catch (IOException | RuntimeException e) {
      kept.close();
      throw e;
    }
  }

  private Map<String, FileSum> sumsOfCopy(Path copy) throws IOException {
    Map<String, FileSum> before = new HashMap<>();
    for (Snapshot one : list()) {
      try {
        // The same store's files: by one name there is one content.
        before.putAll(sums(Files.readAllBytes(one.directory.resolve(MANIFEST)), "manifest"));
      } catch (NoSuchFileException e) {
        LOG.debug("snapshot {} was replaced meanwhile", one.directory.getFileName(), e);
      }
    }
    Map<String, FileSum> sums = new TreeMap<>();
    for (Path file : files(copy)) {
      String name = String.valueOf(file.getFileName());
      FileSum known = name.endsWith(".sst") ? before.get(name) : null;
      sums.put(name, known == null ? sum(file) : known);
    }
    return sums;
  }

  /** Removes a directory and all in it; nothing if there is none. */
  public static void delete(Path directory) throws IOException {
    deleteTree(directory);
  }

  /** Makes a directory empty, or anew. */
  public static void empty(Path wanted) throws IOException {
    deleteTree(wanted);
    StableDirectory.create(wanted);
  }

  /** Takes over a snapshot that was fetched from elsewhere, and forgets all others. */
  public Snapshot adopt(Path fetched, long term, long index) throws IOException {
    for (Snapshot old : all()) {
      deleteTree(old.directory);
    }
    Path named = directory.resolve(PREFIX + index);
    Files.move(fetched, named, StandardCopyOption.ATOMIC_MOVE);
    StableDirectory.sync(directory);
    known.clear();
    return new Snapshot(term, index, named);
  }

  /**
   * Copies the store. When this returns the snapshot would survive a power cut.
   *
   * @param index a position that the store's totals stand for
   */
  public Snapshot take(StateStore store, long term, long index) {
    try {
      Path unfinished = directory.resolve(UNFINISHED);
      deleteTree(unfinished);
      store.copyTo(unfinished);
      writeManifest(unfinished, term, index);
      StableDirectory.sync(unfinished);
      Path named = directory.resolve(PREFIX + index);
      deleteTree(named);
      Files.move(unfinished, named, StandardCopyOption.ATOMIC_MOVE);
      StableDirectory.sync(directory);
      deleteOld();
      return new Snapshot(term, index, named);
    } catch (IOException e) {
      throw new UncheckedIOException("a snapshot could not be written: " + e.getMessage(), e);
    }
  }

  private void writeManifest(Path snapshot, long term, long index) throws IOException {
    Map<String, FileSum> sums = new TreeMap<>();
    for (Path file : files(snapshot)) {
      String name = String.valueOf(file.getFileName());
      FileSum sum = known.get(name);
      if (sum == null || !name.endsWith(".sst")) {
        sum = sum(file);
        StableDirectory.sync(file);
      }
      sums.put(name, sum);
    }
    known.clear();
    known.putAll(sums);
    Path manifest = snapshot.resolve(MANIFEST);
    Files.write(manifest, manifestOf(term, index, sums));
    StableDirectory.sync(manifest);
  }

  private static byte[] manifestOf(long term, long index, Map<String, FileSum> sums) {
    ByteWriter out = new ByteWriter(4096);
    out.u8(FORMAT).u8(TYPE).varint(term).varint(index).varint(sums.size());
    sums.forEach((name, sum) -> out.text(name).varint(sum.bytes).u32(sum.crc));
    return out.checksumFrom(0).toBytes();
  }

  /** Everything that has a snapshot's name, readable or not, for who verifies. */
  public List<Snapshot> all() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(one -> String.valueOf(one.getFileName()).startsWith(PREFIX))
          .sorted()
          .map(one -> new Snapshot(0, -1, one))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Newest first; what is not a finished snapshot is left out. */
  public List<Snapshot> list() {
    List<Snapshot> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path one : all.filter(Files::isDirectory).toList()) {
        if (String.valueOf(one.getFileName()).startsWith(PREFIX)) {
          readable(one).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparingLong(Snapshot::index).reversed());
    return found;
  }

  private static Optional<Snapshot> readable(Path snapshot) {
    try {
      ByteReader in = manifest(snapshot);
      return Optional.of(new Snapshot(in.varint(), in.varint(), snapshot));
    } catch (IOException | CorruptionException e) {
      LOG.error("snapshot {} is not used: {}", snapshot.getFileName(), e.getMessage());
      return Optional.empty();
    }
  }

  private static ByteReader manifest(Path snapshot) throws IOException {
    byte[] bytes = Files.readAllBytes(snapshot.resolve(MANIFEST));
    return manifest(bytes, "manifest of " + snapshot.getFileName());
  }

  /** What a manifest says of each file. */
  public static Map<String, FileSum> sums(byte[] manifest, String what) {
    ByteReader in = manifest(manifest, what);
    in.varint();
    in.varint();
    Map<String, FileSum> sums = new TreeMap<>();
    for (long left = in.varint(); left > 0; left--) {
      sums.put(in.text(), new FileSum(in.varint(), in.u32()));
    }
    return sums;
  }

  private static ByteReader manifest(byte[] bytes, String what) {
    ByteReader in = ByteReader.checked(bytes, 0, bytes.length, what);
    int format = in.u8();
    if (in.u8() != TYPE || format != FORMAT) {
      throw new CorruptionException(
          what + " has format " + format + ", this version reads " + FORMAT);
    }
    return in;
  }

  /**
   * Compares every file of a snapshot with its manifest.
   *
   * @throws CorruptionException naming the file that is damaged or missing
   */
  public static void verify(Snapshot snapshot) {
    try {
      byte[] manifest = Files.readAllBytes(snapshot.directory.resolve(MANIFEST));
      String of = "manifest of " + snapshot.directory.getFileName();
      for (Map.Entry<String, FileSum> expected : sums(manifest, of).entrySet()) {
        String name = expected.getKey();
        Path file = snapshot.directory.resolve(name);
        if (!Files.exists(file)) {
          throw new CorruptionException(
              snapshot.directory.getFileName() + "/" + name + " is missing");
        }
        if (!sum(file).equals(expected.getValue())) {
          throw new CorruptionException(
              snapshot.directory.getFileName() + "/" + name + " is damaged: its checksum differs");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a snapshot the live directory of a store that is not open. */
  public static void restore(Snapshot snapshot, Path live) {
    verify(snapshot);
    place(snapshot, live);
  }

  /** Like {@link #restore}, for a snapshot whose files were just compared. */
  public static void place(Snapshot snapshot, Path live) {
    try {
      deleteTree(live);
      StableDirectory.create(live);
      for (Path file : files(snapshot.directory)) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".sst")) {
          Files.createLink(live.resolve(name), file);
        } else if (!name.equals(MANIFEST)) {
          Files.copy(file, live.resolve(name));
          StableDirectory.sync(live.resolve(name));
        }
      }
      StableDirectory.sync(live);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteOld() throws IOException {
    List<Snapshot> all = list();
    for (Snapshot old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      deleteTree(old.directory);
    }
  }

  private static List<Path> files(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static FileSum sum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[64 * 1024];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
        bytes += read;
      }
    }
    return new FileSum(bytes, (int) crc.getValue());
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
