package dev.perdure.runtime.node;

import dev.perdure.kernel.Clock;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.backup.BackupSource;
import dev.perdure.runtime.backup.Slots;
import dev.perdure.runtime.cluster.BackupCopy;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.Replicas;
import dev.perdure.runtime.shard.Shard;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Copies of all shards for a backup: of those led here, and over the links of the others. */
final class ClusterCopies implements BackupSource {

  private static final Duration LEADER_MAX = Duration.ofSeconds(20);
  private static final long PAUSE_NS = 100_000_000;
  private static final int PIECE_BYTES = 1 << 20;

  private final DataDirectory data;
  private final Replicas replicas;
  private final @Nullable Peers peers;
  private final Clock clock;

  ClusterCopies(DataDirectory data, Replicas replicas, @Nullable Peers peers, Clock clock) {
    this.data = data;
    this.replicas = replicas;
    this.peers = peers;
    this.clock = clock;
  }

  @Override
  public UUID cluster() {
    return data.cluster();
  }

  @Override
  public Path data() {
    return data.path();
  }

  @Override
  public Map<Integer, List<Slots>> shards() throws IOException {
    Map<Integer, List<Slots>> shards = new TreeMap<>();
    if (peers == null) {
      for (int shard = 0; shard < data.shards(); shard++) {
        shards.put(shard, List.of(Slots.of(shard, data.shards())));
      }
      return shards;
    }
    ClusterMap map = peers.view().map();
    if (map.id().isEmpty()) {
      throw new IOException("the cluster's map is not known yet");
    }
    for (ClusterMap.Placement one : map.shards()) {
      shards.put(
          one.shard(),
          one.slots().stream().map(range -> new Slots(range.from(), range.to())).toList());
    }
    return shards;
  }

  @Override
  public long moves() throws IOException {
    if (peers == null) {
      return 0;
    }
    ClusterMap map = peers.view().map();
    if (!map.moves().isEmpty()) {
      throw new IOException(
          map.moves().size() + " moves of slots are under way; back up when they have ended");
    }
    return map.lastMove();
  }

  /** Looks for the leader for a while: it may just be changing. */
  @Override
  public ShardCopy copy(int shard) throws IOException {
    long endNs = clock.monotonicNs() + LEADER_MAX.toNanos();
    String last = "nobody is known to lead it";
    while (clock.monotonicNs() - endNs < 0) {
      try {
        ShardCopy copy = attempt(shard);
        if (copy != null) {
          return copy;
        }
      } catch (IOException | IllegalStateException e) {
        last = String.valueOf(e.getMessage());
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    throw new IOException("shard " + shard + " cannot be copied: " + last);
  }

  private @Nullable ShardCopy attempt(int shard) throws IOException {
    Shard here = replicas.get(shard);
    if (here != null && here.leads()) {
      return new Here(data.nodeId().toString(), replicas.copy(shard));
    }
    String leader = here == null ? null : here.otherLeader();
    if (peers == null) {
      return null;
    }
    String wanted = leader == null ? peers.view().leader(shard) : leader;
    ClusterMap.Node node = wanted == null ? null : peers.view().map().node(wanted).orElse(null);
    return node == null ? null : BackupCopy.begin(peers.links(), node.address(), shard);
  }

  /** A copy of this node's own replica. */
  private record Here(String node, Replicas.Copied copied) implements ShardCopy {

    private Snapshots.Kept kept() {
      return copied.kept();
    }

    @Override
    public Map<String, Long> files() throws IOException {
      return kept().files();
    }

    @Override
    public byte[] read(String file, long from) throws IOException {
      Path path = kept().snapshot().directory().resolve(file);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        long left = Math.max(0, channel.size() - from);
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, left));
        int read = 1;
        while (piece.hasRemaining() && read > 0) {
          read = channel.read(piece, from + piece.position());
        }
        return piece.array();
      }
    }

    @Override
    public byte[] totals() {
      return copied.totals();
    }

    @Override
    public void close() {
      kept().close();
    }
  }
}
