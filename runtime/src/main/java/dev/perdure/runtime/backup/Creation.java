package dev.perdure.runtime.backup;

import dev.perdure.kernel.Clock;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.StoredFormats;
import dev.perdure.runtime.record.Totals;
import dev.perdure.runtime.store.Snapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/** Makes one backup. One thread. */
final class Creation {

  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final long SECOND_NS = 1_000_000_000;

  private final Parts parts;
  private final Backups.Request request;
  private final Progress progress;
  private final Repository repository;
  private final Map<Known, String> known = new HashMap<>();
  private final Room room;
  private long paceNs;

  /**
   * What backups are made with.
   *
   * @param reserve free bytes on the data's disk below which the node refuses writes
   */
  record Parts(BackupSource source, Clock clock, long reserve) {}

  /** A file of a node that never changes once it has its name. */
  private record Known(String node, int shard, String name, Snapshots.FileSum sum) {}

  Creation(Parts parts, Backups.Request request, Progress progress) throws IOException {
    this.parts = parts;
    this.request = request;
    this.progress = progress;
    this.repository = Repository.openOrMake(request.to());
    this.room = new Room(request.to(), parts.source.data(), parts.reserve);
    this.paceNs = parts.clock.monotonicNs();
  }

  Manifest run() throws IOException {
    try (RepositoryWriter writer = RepositoryWriter.take(repository)) {
      List<Repository.Listed> before = repository.list();
      requireOwn(before);
      long micros = Math.max(parts.clock.wallMicros(), newest(before) + 1);
      if (request.incremental()) {
        before.forEach(this::know);
      }
      Map<Integer, List<Slots>> slots = parts.source.shards();
      long moves = parts.source.moves();
      List<Manifest.Shard> shards = new ArrayList<>();
      for (Map.Entry<Integer, List<Slots>> one : slots.entrySet()) {
        progress.doing("shard " + one.getKey());
        shards.add(shard(one.getKey(), one.getValue(), writer));
      }
      if (parts.source.moves() != moves || !parts.source.shards().equals(slots)) {
        throw new BackupException("slots moved between shards meanwhile; begin it again");
      }
      Manifest manifest =
          new Manifest(
              freeId(micros),
              micros,
              parts.source.cluster(),
              request.incremental(),
              StoredFormats.all(),
              shards);
      manifest.requireReadable();
      writer.publish(manifest);
      sweep(writer);
      return manifest;
    }
  }

  /** Else "the newest" would be that of one cluster today and of another one tomorrow. */
  private void requireOwn(List<Repository.Listed> before) {
    UUID own = parts.source.cluster();
    for (UUID other : Repository.clusters(before)) {
      if (!other.equals(own)) {
        throw new BackupException(
            request.to()
                + " holds backups of cluster "
                + other
                + ", this is cluster "
                + own
                + "; a directory is for one cluster: name another one");
      }
    }
  }

  /** When the newest was begun, as far as they can be read: a clock may have been set back. */
  private static long newest(List<Repository.Listed> before) {
    Manifest newest = before.isEmpty() ? null : before.getFirst().manifest();
    return newest == null ? 0 : newest.micros();
  }

  /** What an interrupted backup had taken in, and no other one needs. */
  private void sweep(RepositoryWriter writer) throws IOException {
    if (repository.list().stream().allMatch(one -> one.manifest() != null)) {
      writer.sweep();
    }
  }

  private void know(Repository.Listed before) {
    Manifest manifest = before.manifest();
    if (manifest == null) {
      return;
    }
    for (Manifest.Shard shard : manifest.shards()) {
      for (Manifest.File file : shard.files()) {
        if (file.name().endsWith(".sst") && repository.holds(file)) {
          Snapshots.FileSum sum = new Snapshots.FileSum(file.bytes(), file.crc());
          known.put(new Known(shard.node(), shard.number(), file.name(), sum), file.sha256());
        }
      }
    }
  }

  private String freeId(long micros) {
    String id = ID.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    String free = id;
    for (int i = 2; Files.exists(repository.backups().resolve(free + ".manifest")); i++) {
      free = id + "-" + i;
    }
    return free;
  }

  private Manifest.Shard shard(int number, List<Slots> slots, RepositoryWriter writer)
      throws IOException {
    try (BackupSource.ShardCopy copy = parts.source.copy(number)) {
      Totals totals = Totals.read(copy.totals());
      long[] hashes = totals.slotHashes();
      for (int slot = 0; slot < hashes.length; slot++) {
        if (hashes[slot] != 0 && !Slots.contain(slots, slot)) {
          throw new BackupException(
              "shard " + number + " holds rows of slot " + slot + ", which it does not have");
        }
      }
      return new Manifest.Shard(
          number,
          copy.node(),
          new Manifest.At(totals.meta().logTerm(), totals.meta().logIndex(), totals.meta().stamp()),
          slots,
          hashes,
          files(number, copy, writer));
    }
  }

  private List<Manifest.File> files(int shard, BackupSource.ShardCopy copy, RepositoryWriter writer)
      throws IOException {
    byte[] manifest = whole(copy, Snapshots.MANIFEST);
    Map<String, Snapshots.FileSum> sums =
        new TreeMap<>(Snapshots.sums(manifest, "manifest of the snapshot of shard " + shard));
    CRC32C crc = new CRC32C();
    crc.update(manifest);
    sums.put(Snapshots.MANIFEST, new Snapshots.FileSum(manifest.length, (int) crc.getValue()));
    Map<String, String> there = new HashMap<>();
    sums.forEach(
        (name, sum) -> {
          String sha = known.get(new Known(copy.node(), shard, name, sum));
          if (sha != null) {
            there.put(name, sha);
          }
        });
    room.require(missing(sums, there));
    List<Manifest.File> files = new ArrayList<>();
    for (Map.Entry<String, Snapshots.FileSum> one : sums.entrySet()) {
      Snapshots.FileSum sum = one.getValue();
      String sha = there.get(one.getKey());
      if (sha != null) {
        files.add(new Manifest.File(one.getKey(), sum.bytes(), sum.crc(), sha, 0));
        continue;
      }
      progress.doing("shard " + shard + ", " + one.getKey());
      RepositoryWriter.Taken taken = take(copy, one.getKey(), writer, sum);
      files.add(
          new Manifest.File(one.getKey(), sum.bytes(), sum.crc(), taken.sha256(), taken.added()));
    }
    return files;
  }

  private static long missing(Map<String, Snapshots.FileSum> sums, Map<String, String> there) {
    return sums.entrySet().stream()
        .filter(one -> !there.containsKey(one.getKey()))
        .mapToLong(one -> one.getValue().bytes())
        .sum();
  }

  private RepositoryWriter.Taken take(
      BackupSource.ShardCopy copy, String name, RepositoryWriter writer, Snapshots.FileSum sum)
      throws IOException {
    CRC32C crc = new CRC32C();
    RepositoryWriter.Taken taken =
        writer.take(
            from -> {
              byte[] piece = copy.read(name, from);
              crc.update(piece);
              room.require(piece.length);
              progress.read(piece.length);
              pace(piece.length);
              return piece;
            });
    if (taken.bytes() != sum.bytes() || (int) crc.getValue() != sum.crc()) {
      throw new CorruptionException(
          "file "
              + name
              + " of node "
              + copy.node()
              + " is damaged: it is not what its snapshot's manifest says");
    }
    return taken;
  }

  private static byte[] whole(BackupSource.ShardCopy copy, String name) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] piece = copy.read(name, 0); piece.length > 0; piece = copy.read(name, all.size())) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  /** No faster than wanted, so that the journal's forced writes do not wait for the backup's. */
  private void pace(int bytes) {
    long now = parts.clock.monotonicNs();
    paceNs = Math.max(paceNs, now - SECOND_NS / 10) + bytes * SECOND_NS / request.bytesPerSecond();
    while (now - paceNs < 0) {
      progress.read(0); // it may be cancelled meanwhile
      LockSupport.parkNanos(Math.min(paceNs - now, SECOND_NS / 10));
      now = parts.clock.monotonicNs();
    }
  }
}
