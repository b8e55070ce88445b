package dev.perdure.runtime.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a backup is made of: all shards, wherever they are led. Thread-safe. */
public interface BackupSource {

  /** The cluster's id. */
  UUID cluster();

  /** The node's own data, where no backup may be written. */
  Path data();

  /** Every shard with its slots. */
  Map<Integer, List<Slots>> shards() throws IOException;

  /**
   * How many moves of slots there have been.
   *
   * @throws IOException if one is under way: its slots may be in two shards, or in none
   */
  long moves() throws IOException;

  /**
   * Copies a shard as it is now: everything that was acknowledged before the call is in it.
   *
   * @throws IOException if nobody leads it, or the copy cannot be made
   */
  ShardCopy copy(int shard) throws IOException;

  /** A shard's files, kept until they have been read. One thread. */
  interface ShardCopy extends AutoCloseable {

    /** Id of the node whose files they are. */
    String node();

    /** Names and lengths, the snapshot's manifest among them. */
    Map<String, Long> files() throws IOException;

    /** A piece of a file from a place on; empty at its end. */
    byte[] read(String file, long from) throws IOException;

    /** The totals row that the copy stands on. */
    byte[] totals();

    @Override
    void close();
  }
}
