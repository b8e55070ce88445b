package dev.perdure.runtime.cluster;

import dev.perdure.journal.Membership;
import dev.perdure.runtime.store.Snapshots;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The replicas that this node holds, and how they come and go. Thread-safe. */
public interface Replicas extends LocalShards {

  /**
   * Begins to hold a replica, as a member of nothing yet; nothing happens if it holds one already.
   *
   * @param leader address of the node that will add it to its group: it is brought up from there
   */
  void host(int shard, String leader) throws IOException;

  /**
   * Founds a new shard: begins its log, with this node as its only member. Nothing happens if this
   * node ever had a replica of it.
   */
  void add(int shard) throws IOException;

  /**
   * Ends a replica and removes its files; nothing happens if there is none.
   *
   * @param unwanted asked once more when nothing else can happen to the replica
   */
  void drop(int shard, BooleanSupplier unwanted) throws IOException;

  /** A replica leads: its log has begun, and if it is ever gone, it must not begin again. */
  void settled(int shard);

  /**
   * Takes a replica's state from another node's, and begins anew behind it. What it promised to
   * others and is not in that state stays in its log.
   */
  void rebuild(int shard, String from) throws IOException;

  /**
   * Replaces a replica's facts, which are wrong, by another node's. Its log stays, because others
   * count on it: what it holds behind those facts is applied again.
   */
  void restore(int shard, String from) throws IOException;

  /** How the disk is on which they are. */
  Disk disk();

  /** Who replicates a shard of this node; null if it holds none. */
  @Nullable Membership membership(int shard);

  /**
   * Keeps an exact copy of a replica, and the log behind it; empty if nothing was applied yet.
   *
   * @param complete all that was acknowledged before must be in it, which only a leader that a
   *     quorum follows can know
   * @throws IOException if that is not so, or it cannot be copied
   */
  Optional<Snapshots.Kept> keep(int shard, boolean complete) throws IOException;

  /** Keeps the log of a replica from an index on, for as long as a copy may pause. */
  void keepLog(int shard, long fromIndex);

  /**
   * Copies a replica that leads, exactly as it is: all that was acknowledged before is in it.
   *
   * @throws IOException if it does not lead, or cannot be copied
   */
  Copied copy(int shard) throws IOException;

  /**
   * A copy that is kept until it is closed.
   *
   * @param totals the totals row that it stands on
   */
  record Copied(Snapshots.Kept kept, byte[] totals) {}

  /** The shard's members as its log's newest committed entry says. */
  byte[] configuration(int shard) throws IOException;
}
