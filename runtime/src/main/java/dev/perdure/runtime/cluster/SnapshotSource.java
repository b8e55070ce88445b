package dev.perdure.runtime.cluster;

import dev.perdure.kernel.ByteReader;
import dev.perdure.kernel.ByteWriter;
import dev.perdure.kernel.Clock;
import dev.perdure.kernel.Entropy;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives copies of this node's snapshots to other nodes, piece by piece. A snapshot that is being
 * copied is kept until nobody has asked for a piece for a minute, and the log behind it, too, so
 * that a copy may take as long as it takes. Thread-safe.
 */
final class SnapshotSource {

  static final int PIECE_BYTES_MAX = 1 << 20;
  private static final long IDLE_NS = 60_000_000_000L;

  private final Clock clock;
  private final Entropy entropy;
  private final Map<UUID, Copying> copies = new ConcurrentHashMap<>();

  SnapshotSource(Clock clock, Entropy entropy) {
    this.clock = clock;
    this.entropy = entropy;
  }

  private static final class Copying {
    private final Snapshots.Kept kept;
    private final Runnable prolong;
    private volatile long usedNs;

    Copying(Snapshots.Kept kept, Runnable prolong) {
      this.kept = kept;
      this.prolong = prolong;
    }

    void used(long nowNs) {
      usedNs = nowNs;
      prolong.run();
    }
  }

  /**
   * Begins a copy: writes its id, position and files.
   *
   * @param prolong run whenever the copy goes on: what it will need next must be kept longer
   */
  void begin(Snapshots.Kept kept, Runnable prolong, ByteWriter out) throws IOException {
    sweep();
    UUID id = entropy.uuid();
    Copying copying = new Copying(kept, prolong);
    copying.used(clock.monotonicNs());
    copies.put(id, copying);
    out.u64(id.getMostSignificantBits()).u64(id.getLeastSignificantBits());
    out.varint(kept.snapshot().term()).varint(kept.snapshot().index());
    Map<String, Long> files = kept.files();
    out.varint(files.size());
    files.forEach((name, bytes) -> out.text(name).varint(bytes));
  }

  /** A piece of a file, or the end of the copy. */
  byte[] piece(ByteReader in) throws IOException {
    UUID id = new UUID(in.u64(), in.u64());
    String name = in.text();
    long from = in.varint();
    Copying copying = copies.get(id);
    if (copying == null) {
      throw new IOException("copy " + id + " is not known any more; begin anew");
    }
    copying.used(clock.monotonicNs());
    if (name.isEmpty()) {
      end(id, copying);
      return new byte[0];
    }
    if (!copying.kept.files().containsKey(name)) {
      throw new IOException("the snapshot has no file " + name);
    }
    return read(copying.kept.snapshot().directory().resolve(name), from);
  }

  private static byte[] read(Path file, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long left = Math.max(0, channel.size() - from);
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES_MAX, left));
      int read = 1;
      while (piece.hasRemaining() && read > 0) {
        read = channel.read(piece, from + piece.position());
      }
      return piece.array();
    }
  }

  /** Ends copies that nobody goes on with. */
  void sweep() {
    long now = clock.monotonicNs();
    copies.forEach(
        (id, copying) -> {
          if (now - copying.usedNs > IDLE_NS) {
            end(id, copying);
          }
        });
  }

  private void end(UUID id, Copying copying) {
    if (copies.remove(id, copying)) {
      copying.kept.close();
    }
  }
}
