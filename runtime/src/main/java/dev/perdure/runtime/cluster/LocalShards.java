package dev.perdure.runtime.cluster;

import dev.perdure.runtime.shard.Shard;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The shards of which this node holds a replica. Thread-safe. */
public interface LocalShards {

  /** The replica of a shard; null if this node has none. */
  @Nullable Shard get(int shard);

  /** All of them. */
  Collection<Shard> all();
}
