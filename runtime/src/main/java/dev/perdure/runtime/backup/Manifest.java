package dev.perdure.runtime.backup;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.CorruptionException;
import dev.perdure.runtime.record.EntityAddress;
import dev.perdure.runtime.record.StoredFormats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a backup consists of; complete in itself.
 *
 * @param id its name in the repository
 * @param micros when it was begun, microseconds since 1970; later than those that were there
 *     before, whatever the clock said
 * @param cluster whose it is
 * @param incremental what was not new was taken from the repository unread
 * @param formats version of each format that is stored in it
 * @param shards by number
 */
public record Manifest(
    String id,
    long micros,
    UUID cluster,
    boolean incremental,
    Map<String, Integer> formats,
    List<Shard> shards) {

  static final int FORMAT = 1;
  private static final int TYPE = 'B';
  private static final int SHA_BYTES = 32;

  /** Ids are file names. */
  static final Pattern ID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z-]{0,63}");

  private static final Pattern FILE_NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]{0,127}");

  public Manifest {
    formats = Map.copyOf(formats);
    shards = List.copyOf(shards);
  }

  /**
   * A shard.
   *
   * @param node whose files they are
   * @param at where it stands
   * @param slots which it has
   * @param slotHashes of all slots, those of others 0
   */
  public record Shard(
      int number, String node, At at, List<Slots> slots, long[] slotHashes, List<File> files) {
    public Shard {
      slots = List.copyOf(slots);
      files = List.copyOf(files);
    }

    /** Hash of all its facts. */
    public long hash() {
      return Arrays.stream(slotHashes).sum();
    }
  }

  /** A log position and the time of what stands there. */
  public record At(long term, long index, long stamp) {}

  /**
   * A file of a shard's store.
   *
   * @param name in the store's directory
   * @param crc its CRC-32C
   * @param sha256 names its content, in hexadecimal
   * @param added bytes that this backup added to the repository for it
   */
  public record File(String name, long bytes, int crc, String sha256, long added) {}

  /** Hash of all facts of all shards. */
  public long hash() {
    return shards.stream().mapToLong(Shard::hash).sum();
  }

  /** Bytes of all files. */
  public long bytes() {
    return shards.stream().flatMap(one -> one.files.stream()).mapToLong(File::bytes).sum();
  }

  /** Bytes that it added to the repository. */
  public long added() {
    return shards.stream().flatMap(one -> one.files.stream()).mapToLong(File::added).sum();
  }

  byte[] toBytes() {
    ByteWriter out = new ByteWriter(64 * 1024);
    out.u8(FORMAT).u8(TYPE).text(id).varint(micros);
    out.u64(cluster.getMostSignificantBits()).u64(cluster.getLeastSignificantBits());
    out.u8(incremental ? 1 : 0).varint(formats.size());
    new TreeMap<>(formats).forEach((name, version) -> out.text(name).varint(version));
    out.varint(shards.size());
    shards.forEach(one -> write(out, one));
    return out.checksumFrom(0).toBytes();
  }

  private static void write(ByteWriter out, Shard shard) {
    out.varint(shard.number).text(shard.node);
    out.varint(shard.at.term).varint(shard.at.index + 1).varint(shard.at.stamp);
    out.varint(shard.slots.size());
    for (Slots range : shard.slots) {
      out.varint(range.from()).varint(range.to());
      for (int slot = range.from(); slot <= range.to(); slot++) {
        out.u64(shard.slotHashes[slot]);
      }
    }
    out.varint(shard.files.size());
    for (File file : shard.files) {
      out.text(file.name).varint(file.bytes).u32(file.crc);
      out.raw(HexFormat.of().parseHex(file.sha256)).varint(file.added);
    }
  }

  /**
   * Reads one.
   *
   * @throws CorruptionException if it is damaged
   * @throws BackupException if this version cannot read it
   */
  static Manifest read(byte[] bytes, String what) {
    ByteReader in = ByteReader.checked(bytes, 0, bytes.length, what);
    int format = in.u8();
    if (in.u8() != TYPE) {
      throw new CorruptionException(what + " is not a manifest");
    }
    if (format != FORMAT) {
      throw new BackupException(
          what
              + " has format "
              + format
              + ", this version reads "
              + FORMAT
              + "; use the version of Perdure that wrote it");
    }
    String id = in.text();
    long micros = in.varint();
    UUID cluster = new UUID(in.u64(), in.u64());
    boolean incremental = in.u8() == 1;
    Map<String, Integer> formats = new LinkedHashMap<>();
    for (int left = in.length(); left > 0; left--) {
      formats.put(in.text(), (int) in.varint());
    }
    List<Shard> shards = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      shards.add(shard(in, what));
    }
    return new Manifest(id, micros, cluster, incremental, formats, shards);
  }

  private static Shard shard(ByteReader in, String what) {
    int number = (int) in.varint();
    String node = in.text();
    At at = new At(in.varint(), in.varint() - 1, in.varint());
    List<Slots> slots = new ArrayList<>();
    long[] hashes = new long[EntityAddress.SLOTS];
    for (int left = in.length(); left > 0; left--) {
      Slots range = slots(in, what);
      slots.add(range);
      for (int slot = range.from(); slot <= range.to(); slot++) {
        hashes[slot] = in.u64();
      }
    }
    List<File> files = new ArrayList<>();
    for (int left = in.length(); left > 0; left--) {
      String name = in.text();
      if (!FILE_NAME.matcher(name).matches()) {
        throw new CorruptionException(what + " names a file '" + name + "', which no store has");
      }
      files.add(
          new File(
              name,
              in.varint(),
              in.u32(),
              HexFormat.of().formatHex(in.raw(SHA_BYTES)),
              in.varint()));
    }
    return new Shard(number, node, at, slots, hashes, files);
  }

  private static Slots slots(ByteReader in, String what) {
    try {
      return new Slots((int) in.varint(), (int) in.varint());
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(what + ": " + e.getMessage(), e);
    }
  }

  /**
   * Refuses what this version cannot read.
   *
   * @throws BackupException naming the format
   */
  void requireReadable() {
    Map<String, Integer> ours = StoredFormats.all();
    formats.forEach(
        (name, version) -> {
          Integer known = ours.get(name);
          if (known == null || known < version) {
            throw new BackupException(
                "backup "
                    + id
                    + " holds '"
                    + name
                    + "' in format "
                    + version
                    + ", this version reads "
                    + (known == null ? "none" : known)
                    + "; use the version of Perdure that wrote it");
          }
        });
    boolean[] held = new boolean[EntityAddress.SLOTS];
    for (Shard shard : shards) {
      for (Slots range : shard.slots) {
        for (int slot = range.from(); slot <= range.to(); slot++) {
          if (held[slot]) {
            throw new CorruptionException("backup " + id + " holds slot " + slot + " twice");
          }
          held[slot] = true;
        }
      }
    }
    for (int slot = 0; slot < held.length; slot++) {
      if (!held[slot]) {
        throw new CorruptionException("backup " + id + " does not hold slot " + slot);
      }
    }
  }

  /** True if its shards have the slots that so many shards have at their beginning. */
  boolean isEven(int count) {
    return shards.size() == count
        && shards.stream()
            .allMatch(
                one ->
                    one.number < count && one.slots.equals(List.of(Slots.of(one.number, count))));
  }
}
