package dev.perdure.runtime.node;

import dev.perdure.journal.link.Caller;
import dev.perdure.journal.link.LinkClient;
import dev.perdure.journal.link.LinkException;
import dev.perdure.kernel.Clock;
import dev.perdure.runtime.DataDirectory;
import dev.perdure.runtime.NodeOptions;
import dev.perdure.runtime.PeerOptions;
import dev.perdure.runtime.StartException;
import dev.perdure.runtime.cluster.ClusterMap;
import dev.perdure.runtime.cluster.MapMessage;
import java.nio.file.Files;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Finds out which cluster a node with an empty directory becomes part of. */
final class Joining {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ASK_MAX = Duration.ofSeconds(2);
  private static final long PAUSE_NS = 200_000_000;

  private final NodeOptions options;
  private final PeerOptions peers;

  Joining(NodeOptions options, PeerOptions peers) {
    this.options = options;
    this.peers = peers;
  }

  /** The directory of a node that stays alone. */
  static DataDirectory alone(NodeOptions options) {
    DataDirectory data = DataDirectory.open(options);
    if (!data.first() || Files.exists(data.founded()) || Files.exists(data.clusterMap())) {
      throw new StartException(
          "data directory "
              + data.path()
              + " belongs to a node of cluster "
              + data.cluster()
              + "; start it with --cluster");
    }
    return data;
  }

  /** The node's directory; an empty one is made part of the seeds' cluster, or of a new one. */
  DataDirectory directory() {
    return peers.seeds().isEmpty()
        ? DataDirectory.open(options)
        : DataDirectory.open(options, this::ask);
  }

  private void check(int level) {
    if (!options.build().supports(level)) {
      throw new StartException(
          "the cluster is at level " + level + "; " + options.build().refusal(level));
    }
  }

  private DataDirectory.Cluster ask() {
    Clock clock = options.clock();
    long endNs = clock.monotonicNs() + PATIENCE.toNanos();
    String last = "";
    try (LinkClient links = new LinkClient(new Caller("", peers.name()), peers.tls(null, clock))) {
      while (clock.monotonicNs() - endNs < 0) {
        for (String seed : peers.seeds()) {
          try {
            ClusterMap map = MapMessage.ask(links, seed, ASK_MAX);
            if (!map.id().isEmpty()) {
              check(map.level());
              return new DataDirectory.Cluster(
                  UUID.fromString(map.id()), map.shards().size(), false, map.level());
            }
            last = seed + " has no cluster yet";
          } catch (LinkException e) {
            last = String.valueOf(e.getMessage());
          }
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
    throw new StartException(
        "none of the seeds "
            + String.join(", ", peers.seeds())
            + " could be asked within "
            + PATIENCE.toSeconds()
            + " s: "
            + last
            + "; start one of them, or name another with --join");
  }
}
