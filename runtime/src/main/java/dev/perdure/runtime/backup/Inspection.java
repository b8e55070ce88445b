package dev.perdure.runtime.backup;

import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.store.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verifies backups: reads every file, and every row of every shard. One thread. */
public final class Inspection {

  private static final long NATIVE_BYTES = 64L << 20;

  private final Repository repository;
  private final Progress progress;
  private final Set<String> whole = new HashSet<>();
  private final Map<Rows, Long> counted = new HashMap<>();
  private final List<Checked> checked = new ArrayList<>();

  public Inspection(Repository repository, Progress progress) {
    this.repository = repository;
    this.progress = progress;
  }

  /**
   * One thing that was looked at.
   *
   * @param backup whose it is
   * @param what manifest, files of a shard, or rows of a shard
   * @param counted bytes or commands
   * @param hash of all facts, for rows
   * @param problem what is wrong with it; empty if nothing is
   */
  public record Checked(String backup, String what, long counted, String hash, String problem) {

    /** True if nothing is wrong. */
    public boolean holds() {
      return problem.isEmpty();
    }
  }

  /**
   * Rows as a backup names them: those that held once need not be read for another backup.
   *
   * @param files contents by name
   * @param hashes what the rows must add up to
   */
  private record Rows(int shard, Manifest.At at, Map<String, String> files, List<Long> hashes) {

    static Rows of(Manifest.Shard shard) {
      Map<String, String> files = new HashMap<>();
      shard.files().forEach(file -> files.put(file.name(), file.sha256()));
      return new Rows(
          shard.number(), shard.at(), files, Arrays.stream(shard.slotHashes()).boxed().toList());
    }
  }

  /** Verifies a backup. One that this version cannot read does not hold. */
  public List<Checked> verify(String id) {
    Manifest manifest;
    try {
      manifest = repository.manifest(id);
      manifest.requireReadable();
    } catch (CorruptionException | BackupException e) {
      return List.of(new Checked(id, "manifest", 0, "", String.valueOf(e.getMessage())));
    }
    checked.clear();
    try (NativeMemory memory = new NativeMemory(NATIVE_BYTES)) {
      for (Manifest.Shard shard : manifest.shards()) {
        if (files(id, shard)) {
          rows(id, shard, memory);
        }
      }
    }
    return List.copyOf(checked);
  }

  private boolean files(String id, Manifest.Shard shard) {
    long bytes = 0;
    boolean all = true;
    for (Manifest.File file : shard.files()) {
      progress.doing("shard " + shard.number() + ", " + file.name());
      try {
        if (!whole.contains(file.sha256())) {
          repository.read(file, (piece, length) -> progress.read(length));
          whole.add(file.sha256());
        }
        bytes += file.bytes();
      } catch (CorruptionException | IOException e) {
        all = false;
        String problem = e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
        checked.add(new Checked(id, "shard " + shard.number() + " file", 0, "", problem));
      }
    }
    if (all) {
      checked.add(new Checked(id, "shard " + shard.number() + " files", bytes, "", ""));
    }
    return all;
  }

  private void rows(String id, Manifest.Shard shard, NativeMemory memory) {
    progress.doing("shard " + shard.number() + ", rows");
    String what = "shard " + shard.number() + " rows";
    Rows rows = Rows.of(shard);
    Long before = counted.get(rows);
    if (before != null) {
      checked.add(new Checked(id, what, before, String.format("%016x", shard.hash()), ""));
      return;
    }
    try (OpenedShard opened = new OpenedShard(repository, shard)) {
      RowSums sums = RowSums.check(opened.directory(), memory, shard);
      counted.put(rows, sums.records());
      checked.add(new Checked(id, what, sums.records(), String.format("%016x", shard.hash()), ""));
    } catch (CorruptionException | UncheckedIOException | IOException e) {
      checked.add(new Checked(id, what, 0, "", String.valueOf(e.getMessage())));
    }
  }
}
