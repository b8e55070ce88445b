package dev.perdure.runtime.node;

import dev.perdure.journal.Membership;
import dev.perdure.runtime.shard.Shard;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What tests reach in a running node. */
public final class Inside {

  private Inside() {}

  /** Makes forcing a node's logs take so much longer. */
  public static void slowForces(Node node, Duration by) {
    node.journals().slowForces(by);
  }

  /** Who replicates a shard of a node; null if it holds none. */
  public static @Nullable Membership membership(Node node, int number) {
    return node.replicas().membership(number);
  }

  /** A replica of a node; null if it holds none. */
  public static @Nullable Shard shard(Node node, int number) {
    return node.replicas().get(number);
  }
}
