package dev.perdure.journal.ratis;

import dev.perdure.journal.Member;
import dev.perdure.journal.link.LinkHandler;
import dev.perdure.journal.tls.NodeTls;
import dev.perdure.kernel.Check;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a node keeps its journals.
 *
 * @param cluster id of the cluster that the groups belong to; stored in the names of files
 * @param node this node's stable name in its Raft groups; stored in the files
 * @param directory where every journal of this node lives; created if missing
 * @param sizes bounds of files and entries
 * @param timeouts when a follower becomes a candidate
 * @param peering how it talks to other nodes; null for a node that stays alone
 */
public record RatisSettings(
    UUID cluster,
    String node,
    Path directory,
    Sizes sizes,
    Timeouts timeouts,
    @Nullable Peering peering) {

  public RatisSettings {
    Check.argument(!node.isBlank(), "The node's name is empty");
    directory = directory.toAbsolutePath().normalize();
  }

  /** The defaults for a node of the nameless cluster. */
  public static RatisSettings of(String node, Path directory) {
    return of(new UUID(0, 0), node, directory);
  }

  /** The defaults for a node. */
  public static RatisSettings of(UUID cluster, String node, Path directory) {
    return new RatisSettings(cluster, node, directory, Sizes.DEFAULT, Timeouts.DEFAULT, null);
  }

  public RatisSettings withSizes(Sizes other) {
    return new RatisSettings(cluster, node, directory, other, timeouts, peering);
  }

  public RatisSettings withTimeouts(Timeouts other) {
    return new RatisSettings(cluster, node, directory, sizes, other, peering);
  }

  public RatisSettings withPeering(Peering other) {
    return new RatisSettings(cluster, node, directory, sizes, timeouts, other);
  }

  /** This node as a member of groups. */
  Member member() {
    return new Member(node, peering == null ? "" : peering.address());
  }

  /**
   * How a node talks to other nodes: one port for all of it.
   *
   * @param host address to listen on
   * @param port to listen on
   * @param address host and port under which others reach it
   * @param handler answers what others ask
   * @param tls null to talk in the clear
   */
  public record Peering(
      String host, int port, String address, LinkHandler handler, @Nullable NodeTls tls) {}

  /**
   * Bounds of files and entries.
   *
   * @param segmentBytes a log file is closed at this size; only closed files can be purged
   * @param preallocatedBytes how much of a log file is filled with zeros ahead of writing
   * @param entryBytesMax largest entry, with some bytes of framing
   * @param preservedEntries how many entries before a snapshot stay in the log
   * @param keptBytesMax how much of the log is kept for members that are behind
   * @param snapshotEntries after how many entries without a snapshot one is asked for
   */
  public record Sizes(
      int segmentBytes,
      int preallocatedBytes,
      int entryBytesMax,
      int preservedEntries,
      long keptBytesMax,
      int snapshotEntries) {

    public static final Sizes DEFAULT =
        new Sizes(16 << 20, 8 << 20, 4 << 20, 256, 256L << 20, 100_000);

    public Sizes {
      Check.argument(
          entryBytesMax >= 1024 && entryBytesMax <= 64 << 20,
          "entryBytesMax must be between 1 KiB and 64 MiB, not " + entryBytesMax);
      Check.argument(
          segmentBytes >= 2 * entryBytesMax,
          "segmentBytes (" + segmentBytes + ") must hold two entries of " + entryBytesMax);
      Check.argument(
          preallocatedBytes >= 4096 && preallocatedBytes <= segmentBytes,
          "preallocatedBytes must be between 4 KiB and segmentBytes, not " + preallocatedBytes);
      Check.argument(
          preservedEntries >= 0 && snapshotEntries >= 1,
          "preservedEntries and snapshotEntries must not be negative or 0");
    }
  }

  /**
   * Election timeouts. A follower that heard nothing from a leader for a random time in this range
   * becomes a candidate. A lone peer does not wait for anybody when it starts.
   */
  public record Timeouts(Duration electionMin, Duration electionMax) {

    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofMillis(300), Duration.ofMillis(600));

    public Timeouts {
      Check.argument(
          electionMin.toMillis() >= 50 && electionMin.compareTo(electionMax) < 0,
          "Election timeouts must be at least 50 ms and a range, not "
              + electionMin
              + " to "
              + electionMax);
    }
  }
}
